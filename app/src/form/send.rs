//! Sending a form from the browser.

use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlElement, HtmlFormElement, RequestInit, Response, SubmitEvent, UrlSearchParams};

use crate::form_reply::{FormReply, PERSON_HEADER};

/// What a form would send, urlencoded, with the button that was pressed.
pub fn body_of(form: &HtmlFormElement, submitter: Option<HtmlElement>) -> String {
    let Ok(data) = FormData::new_with_form(form) else { return String::new() };
    let pressed = submitter.and_then(|button| Some((button.get_attribute("name")?, button.get_attribute("value").unwrap_or_default())));
    if let Some((name, value)) = pressed {
        let _appended = data.append_with_str(&name, &value);
    }
    UrlSearchParams::new_with_str_sequence_sequence(&data).map(|params| String::from(params.to_string())).unwrap_or_default()
}

/// What the fields of a form hold.
pub fn values_of(form: &HtmlFormElement) -> domain::FormValues {
    domain::FormValues::decode(body_of(form, None).as_bytes())
}

/// The form and button of a submit event.
pub fn parts(event: &SubmitEvent) -> Option<(HtmlFormElement, Option<HtmlElement>)> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    Some((form, event.submitter()))
}

/// Posts and reads the answer. What cannot be sent is answered as a refusal, so that the form keeps its content.
pub async fn post(action: &str, body: &str) -> FormReply {
    let offline = || FormReply::Refused { message: "The server cannot be reached. Nothing is lost; try again in a moment".to_owned(), status: 503 };
    let Some(reply) = try_post(action, body).await else { return offline() };
    reply
}

/// The status that says that somebody else signed in since the page was rendered.
const OTHER_PERSON: u16 = 412;

/// For whom the page was rendered.
fn person_of_page() -> Option<String> {
    web_sys::window()?.document()?.query_selector("[data-person]").ok()??.get_attribute("data-person")
}

async fn try_post(action: &str, body: &str) -> Option<FormReply> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    let headers = web_sys::Headers::new().ok()?;
    headers.set("accept", "application/json").ok()?;
    headers.set("content-type", "application/x-www-form-urlencoded").ok()?;
    if let Some(person) = person_of_page() {
        headers.set(PERSON_HEADER, &person).ok()?;
    }
    init.set_headers(&headers);
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(action, &init)).await.ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    if answer.status() == OTHER_PERSON {
        // What is in the page is not theirs to read; a mere reload would fill it in again.
        let location = web_sys::window()?.location();
        let here = location.pathname().ok()? + &location.search().ok()?;
        let _left = location.replace(&here);
    }
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    let reply = serde_json::from_str(&text).ok();
    reply.or_else(|| {
        Some(FormReply::Refused {
            message: format!("The server did not understand ({}). Nothing is lost; try again", answer.status()),
            status: answer.status(),
        })
    })
}
