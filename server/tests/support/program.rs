//! A program that calls the API with a token, and holds every answer against the description.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::{Role, TokenScope};
use serde_json::{Value, json};
use store::Store;

use super::{Answer, HOST, House};

pub struct Program {
    pub house: House,
    pub token: String,
    /// What `/api/v1/openapi.json` says.
    pub described: Value,
}

impl Program {
    /// A program of an administrator, `ada@house.test`.
    pub async fn open(store: &Store, scope: TokenScope) -> Self {
        let house = House::open(store).await;
        service::seed::seed_defaults(&house.ctx()).await.unwrap();
        house.person("ada@house.test", Role::Administrator).await;
        Self::of(house, "ada@house.test", scope).await
    }

    /// A program of a person who is there.
    pub async fn of(house: House, email: &str, scope: TokenScope) -> Self {
        let token = service::tokens::cli_add_token(&house.ctx(), email, "test", scope, None).await.unwrap();
        Self::with_token(house, token).await
    }

    pub async fn with_token(house: House, token: String) -> Self {
        let described = read(&house.get("/api/v1/openapi.json", None).await);
        Self { house, token, described }
    }

    pub async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let mut request = axum::http::Request::builder().method(method.clone()).uri(format!("/api/v1{path}")).header(header::HOST, HOST);
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.house.ask(request.body(body.map_or(Body::empty(), |body| Body::from(body.to_owned()))).unwrap()).await;
        assert_described(&self.described, &method, path, &answer);
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, &[], Some(&body.to_string())).await
    }

    /// Changes whatever version there is.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path, &[("if-match", "*")], Some(&body.to_string())).await
    }

    /// Adds a record; gives it.
    pub async fn add(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        read(&answer)
    }

    /// What nobody sets from outside is refused at its field, when adding and when changing, and nothing is changed.
    pub async fn assert_refuses_foreign_fields(&self, list: &str, record: &str, good: &Value, foreign: &[&str]) {
        let before = (self.get(record).await.body, self.get(list).await.body);
        for field in foreign {
            let mut body = good.clone();
            body[*field] = json!("1");
            for answer in [self.post(list, &body).await, self.patch(record, &body).await] {
                let errors = problem(&answer, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(errors[*field].is_string(), "{field}: {errors}");
            }
        }
        assert_eq!((self.get(record).await.body, self.get(list).await.body), before);
    }
}

pub fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

/// A problem of this status, with its errors at fields.
pub fn problem(answer: &Answer, status: StatusCode) -> Value {
    assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{}", answer.body);
    let problem = read(answer);
    assert_eq!(problem["status"], status.as_u16());
    assert!(problem["title"].is_string() && problem["detail"].is_string() && problem["reference"].is_string(), "{problem}");
    problem["errors"].clone()
}

fn assert_described(document: &Value, method: &Method, path: &str, answer: &Answer) {
    let path = format!("/api/v1{}", path.split('?').next().unwrap());
    let is_it = |template: &str| {
        let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len() && template.iter().zip(path).all(|(part, given)| part.starts_with('{') || *part == given)
    };
    let Some((_, item)) = document["paths"].as_object().unwrap().iter().find(|(template, _)| is_it(template)) else {
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} is not described");
        return;
    };
    let operation = &item[method.as_str().to_lowercase()];
    if operation.is_null() {
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path} is not described");
        return;
    }
    let response = &operation["responses"][answer.status.as_str()];
    assert!(response.is_object(), "{method} {path}: the answer {} is not described: {}", answer.status, answer.body);
    for name in ["etag", "location", "retry-after", "www-authenticate", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] {
        assert_eq!(response["headers"][name].is_object(), answer.headers.contains_key(name), "{method} {path} {}: header {name}", answer.status);
    }
    let Some(content) = response["content"].as_object() else {
        assert_eq!(answer.body, "", "{method} {path}: no body is described");
        return;
    };
    let schema =
        &content.get(answer.header("content-type")).unwrap_or_else(|| panic!("{method} {path}: {}", answer.header("content-type")))["schema"];
    assert_fits(document, schema, &read(answer), &format!("{method} {path}"));
}

/// Holds a value against its schema: the type, no field that is not described, and none left out that is promised.
fn assert_fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return assert_fits(document, &document["components"]["schemas"][name.rsplit('/').next().unwrap()], value, place);
    }
    if let Some(several) = schema["oneOf"].as_array() {
        let one = several.iter().find(|schema| (schema["type"] == "null") == value.is_null()).unwrap_or_else(|| panic!("{place}: {value}"));
        return assert_fits(document, one, value, place);
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(types.contains(&is), "{place}: {value} is no {types:?}");
    for (nth, item) in value.as_array().into_iter().flatten().enumerate() {
        assert_fits(document, &schema["items"], item, &format!("{place}/{nth}"));
    }
    let Some(object) = value.as_object() else { return };
    for needed in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(object.contains_key(needed), "{place}: {needed} is promised");
    }
    if let Some(properties) = schema["properties"].as_object() {
        for (key, field) in object {
            let described = properties.get(key).unwrap_or_else(|| panic!("{place}: {key} is not described"));
            assert_fits(document, described, field, &format!("{place}/{key}"));
        }
    }
}
