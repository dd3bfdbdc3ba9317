//! What strangers, other people's sessions and odd input must not do, over every address that there is. The lists that the
//! tests go through are held against what is registered, so that a new page, form or function is in them the day it appears.
//! docs/abuse.md says which case is tested where.

mod support;

use std::collections::BTreeSet;

use app::doors::list::{DOORS, GUARDED, Who};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::TokenScope;
use serde_json::{Value, json};
use store::testing::everything_but;
use store::{Sql, both_engines};
use support::program::{Program, problem};
use support::world::{FUNCTIONS, ONE_OF_EACH, OTHERS, PAGES, PUBLIC_PAGES, SECRET, UPLOADS, World, acting, forms, readings};
use support::{Answer, House, ORIGIN, request};
use tower::ServiceExt as _;

/// The same site where it is served over TLS.
const ORIGIN_ON_TLS: &str = "https://leads.test";

fn request_of(ctx: &service::Ctx, session: Option<app::context::Session>) -> app::server_ctx::RequestCtx {
    let kept = std::sync::Arc::default();
    app::server_ctx::RequestCtx { ctx: ctx.clone(), address: String::new(), demo: false, reference: String::new(), kept, session }
}

/// The pages that the app registers.
fn registered_pages(session: Option<app::context::Session>, ctx: &service::Ctx) -> BTreeSet<String> {
    let request = request_of(ctx, session);
    let provide = move || leptos::prelude::provide_context(request.clone());
    let (routes, _) = leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(app::App, None, provide);
    let starred = |path: &str| path.split('/').map(|part| if part.starts_with('{') { "*" } else { part }).collect::<Vec<_>>().join("/");
    routes.iter().map(|route| starred(route.path())).collect()
}

both_engines!(every_page_and_function_is_in_the_table, |store| async move {
    let world = World::open(&store).await;
    let ada = acting(&world.house, "ada").await;
    let request = request_of(&ada, None);
    let session = request.with_session().await.unwrap().session;
    let pages: BTreeSet<String> = PAGES.iter().map(|(page, _)| (*page).to_owned()).collect();
    assert_eq!(registered_pages(session, &ada), pages);
    let public: BTreeSet<String> = PUBLIC_PAGES.into_iter().map(str::to_owned).collect();
    assert_eq!(registered_pages(None, &world.house.ctx()), public);
    let functions: BTreeSet<String> = FUNCTIONS.iter().map(|(name, _)| format!("/fn/{name}")).collect();
    let registered: BTreeSet<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(registered, functions);
    world.close();
});

/// Pages that the journey of accessibility comes to by pressing something, and the test there that does.
const REACHED: [(&str, &str); 14] = [
    ("/leads/bulk/*", "what became of a change of many leads"),
    ("/import/*", "a file that was imported, with a row that was refused"),
    ("/admin/rules/trials/*", "routing rules, tried"),
    ("/admin/outbox/*", "outbox, with a mail"),
    ("/invites/*", "an invite, as who was invited sees it"),
    ("/leads/*/message", "a message, and who wants no more of them"),
    ("/unsubscribe/*", "a message, and who wants no more of them"),
    ("/suppliers/*", "what a supplier reads of its leads"),
    ("/quotes/*", "a quote, and what its customer reads"),
    ("/q/*", "a quote, and what its customer reads"),
    ("/leads/*/convert", "a conversion, its customer and their invoice"),
    ("/customers/*", "a conversion, its customer and their invoice"),
    ("/invoices/*", "a conversion, its customer and their invoice"),
    ("/i/*", "a conversion, its customer and their invoice"),
];

/// Whether an address is one of a page; `*` stands for any part.
fn is_of(page: &str, address: &str) -> bool {
    let (page, address): (Vec<&str>, Vec<&str>) = (page.split('/').collect(), address.split('/').collect());
    page.len() == address.len() && page.iter().zip(address).all(|(part, given)| *part == "*" || *part == given)
}

#[test]
fn every_page_is_judged_for_accessibility() {
    let journey = include_str!("../../end2end/accessibility.hydrated.spec.ts");
    let pages: BTreeSet<&str> = PAGES.iter().map(|(page, _)| *page).chain(PUBLIC_PAGES).collect();
    // A page that is refused shows nothing of itself.
    let shown = journey.lines().filter(|line| !line.contains("status: 4"));
    let addresses =
        shown.flat_map(|line| line.split(['"', '`'])).filter(|text| text.starts_with('/')).map(|text| text.split('?').next().unwrap_or(text));
    let addresses: BTreeSet<&str> = addresses.collect();
    for page in &pages {
        // "/leads/new" is no lead.
        let is_walked = addresses.iter().any(|address| address == page || !pages.contains(address) && is_of(page, address));
        match REACHED.iter().find(|(reached, _)| reached == page) {
            Some((_, test)) => assert!(journey.contains(test), "{page}: there is no test “{test}” any more"),
            None => assert!(is_walked, "{page} is not in end2end/accessibility.hydrated.spec.ts"),
        }
    }
    assert!(REACHED.iter().all(|(page, _)| pages.contains(page)), "REACHED names a page that is gone");
}

#[test]
fn every_other_route_is_in_the_table() {
    let router = include_str!("../src/router.rs");
    let starred = |path: &str| path.split('/').map(|part| if part.starts_with('{') { "*" } else { part }).collect::<Vec<_>>().join("/");
    let routes: Vec<String> = router.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(starred).collect();
    assert!(routes.len() > 10, "{routes:?}");
    for route in routes.iter().filter(|route| *route != "/fn/*" && !UPLOADS.iter().any(|upload| is_of(route, upload))) {
        assert!(OTHERS.iter().any(|other| is_of(route, other)), "{route} is not in OTHERS");
    }
    for other in OTHERS {
        assert!(routes.iter().any(|route| is_of(route, other)), "{other} is no route any more");
    }
}

// S1
both_engines!(another_s_things_are_absent_and_stay_as_they_are, |store| async move {
    let world = World::open(&store).await;
    let is_somebody_s = |address: &str| {
        let shared = [
            "/accounts/",
            "/contacts/",
            "/admin/users/",
            "/admin/groups/",
            "/admin/types/",
            "/admin/lists/",
            "/admin/ladders/",
            "/admin/rules/",
            "/admin/territories/",
            "/admin/webhooks/",
            "/admin/templates/",
            "/admin/messages/",
            "/admin/nurture/",
            "/admin/outbox/",
            "/admin/event-kinds/",
            "/admin/scoring/",
            "/admin/playbook/",
            "/admin/clocks/",
            "/thresholds/",
            "/material/",
            "/products/",
            "/customers/",
            "/services/",
            "/invoices/",
            "/territories/",
            "/distributors/",
            "/me/",
        ];
        address.contains('*') && !shared.iter().any(|start| address.starts_with(start))
    };
    for who in ["ana", "mona", "dina"] {
        let token = world.sign_in(who).await;
        let before = world.everything().await;
        for (door, path) in forms(&world).into_iter().filter(|(door, _)| is_somebody_s(door.address)) {
            let answer = world.send(&path, Some(&token), &world.body(&door)).await;
            // Whoever may not import at all hears that first.
            let status = if door.who == Who::Importers && who != "mona" { StatusCode::FORBIDDEN } else { StatusCode::NOT_FOUND };
            assert_eq!(answer.status, status, "{who} {path}: {}", answer.body);
            assert!(!answer.body.contains(SECRET), "{who} {path}: {}", answer.body);
        }
        for path in readings(&world) {
            let answer = world.house.get(&path, Some(&token)).await;
            assert!(!answer.body.to_lowercase().contains(SECRET), "{who} {path}: {}", answer.body);
        }
        for path in [format!("/leads/{}", world.lead), format!("/leads/bulk/{}", world.bulk_run)] {
            assert_eq!(world.house.get(&path, Some(&token)).await.status, StatusCode::NOT_FOUND, "{who} {path}");
        }
        for (name, number) in [
            ("lead", world.lead.0),
            ("lead_parts", world.lead.0),
            ("attempts", world.lead.0),
            ("qualification", world.lead.0),
            ("message_form", world.lead.0),
            ("deal", world.lead.0),
            ("lead_quotes", world.lead.0),
            ("conversion", world.lead.0),
            ("converted", world.lead.0),
            ("timeline", world.lead.0),
            ("neighbours", world.lead.0),
            ("bulk_run", world.bulk_run),
        ] {
            assert_eq!(world.house.get(&world.function(name, number), Some(&token)).await.status, StatusCode::NOT_FOUND, "{who} {name}");
        }
        assert_eq!(world.everything().await, before, "{who}");
    }
    let mona = world.sign_in("mona").await;
    for path in [format!("/import/{}", world.file), format!("/import/{}/refused.csv", world.file), world.function("import_file", world.file)] {
        assert_eq!(world.house.get(&path, Some(&mona)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Whose they are sees them: the addresses are the right ones.
    let (maya, martin) = (world.sign_in("maya").await, world.sign_in("martin").await);
    for (path, token) in [
        (format!("/leads/{}", world.lead), &maya),
        (format!("/leads/bulk/{}", world.bulk_run), &maya),
        ("/leads?view=all".to_owned(), &maya),
        ("/tasks".to_owned(), &maya),
        ("/tickets".to_owned(), &maya),
        (format!("/tickets?lead={}&state=all", world.lead), &maya),
        ("/admin/tokens".to_owned(), &maya),
        (world.function("timeline", world.lead.0), &maya),
        (world.function("lead_parts", world.lead.0), &maya),
        (world.function("attempts", world.lead.0), &maya),
        (world.function("qualification", world.lead.0), &maya),
        (world.function("deal", world.lead.0), &maya),
        (world.function("quote", 1), &maya),
        ("/quotes/1".to_owned(), &maya),
        ("/documents/1".to_owned(), &maya),
        (format!("/import/{}", world.file), &martin),
    ] {
        let answer = world.house.get(&path, Some(token)).await;
        assert!(answer.status == StatusCode::OK && answer.body.contains(SECRET), "{path}: {}", answer.body);
    }
    world.close();
});

/// The operations of the API that take a number: method, address without its start.
fn operations(program: &Program) -> Vec<(Method, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in program.described["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            all.push((method, path.strip_prefix("/api/v1").unwrap().to_owned(), operation.clone()));
        }
    }
    assert!(all.len() > 15, "{all:?}");
    all
}

/// A body that an operation would take, as far as it goes.
fn good_body(path: &str, world: &World) -> Value {
    match path {
        "/leads" | "/contacts" => json!({ "full_name": "Theft" }),
        "/leads/{number}" => json!({ "city": "Theft", "owner": "ana@house.test" }),
        "/leads/{number}/activities" => json!({ "kind": "comment", "text": "Theft" }),
        "/leads/{number}/attempts" => json!({ "channel": "call", "outcome": "reached" }),
        "/opportunities" => json!({ "lead": world.lead.0, "name": "Theft" }),
        "/tickets" => json!({ "lead": world.lead.0, "title": "Theft" }),
        "/tickets/{number}" => json!({ "title": "Theft", "state": "closed" }),
        "/leads/{number}/actions/{action}" => json!({}),
        _ => json!({ "name": "Theft" }),
    }
}

fn filled(path: &str, world: &World) -> Vec<String> {
    let number = match path {
        _ if path.starts_with("/opportunities") => world.opportunity,
        _ if path.starts_with("/tickets") || path.starts_with("/quotes") => 1,
        _ => world.lead.0,
    };
    let path = path.replace("{number}", &number.to_string());
    if !path.contains("{action}") {
        return vec![path];
    }
    domain::LeadAction::ALL.into_iter().map(|action| path.replace("{action}", action.key())).collect()
}

both_engines!(a_token_reaches_no_further_than_its_person, |store| async move {
    let mut world = World::open(&store).await;
    let mut program = Program::of(world.house, "ana@house.test", TokenScope::Admin).await;
    for who in ["ana@house.test", "mona@house.test", "dina@house.test"] {
        program = Program::of(program.house, who, TokenScope::Admin).await;
        let before = everything_but(&store, &["session", "api_token"]).await;
        world.house = House::open(&store).await;
        for (method, template, _) in operations(&program) {
            let is_somebody_s = template.contains("{number}") && !template.starts_with("/accounts") && !template.starts_with("/contacts");
            if !is_somebody_s {
                continue;
            }
            for path in filled(&template, &world) {
                let body = good_body(&template, &world).to_string();
                let body = (method != Method::GET && method != Method::DELETE).then_some(body.as_str());
                let answer = program.call(method.clone(), &path, &[("if-match", "*")], body).await;
                problem(&answer, StatusCode::NOT_FOUND);
                assert!(!answer.body.contains(SECRET), "{method} {path}");
            }
        }
        assert_eq!(everything_but(&store, &["session", "api_token"]).await, before, "{who}");
        for path in ["/leads?view=all", "/opportunities", &format!("/leads?view=all&q={SECRET}")] {
            let answer = program.get(path).await;
            assert!(answer.status == StatusCode::OK && !answer.body.contains(SECRET), "{who} {path}: {}", answer.body);
        }
    }
    world.house = program.house;
    world.close();
});

/// An address that leads to no record.
fn nobody_s(address: &str) -> String {
    address.replacen("/lists/*", "/lists/source", 1).replacen("/ladders/*", "/ladders/transfer", 1).replace('*', "999999")
}

/// What strangers may ask for, beside pages of theirs: it knows of no session.
const FOR_STRANGERS: [&str; 14] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/logo/none",
    "/calendar/none.ics",
    "/shared/none",
    "/invites/none",
    "/unsubscribe/none",
    "/unsubscribe/none/now",
    "/suppliers/none",
    "/q/none",
    "/q/none/pdf",
    "/i/none",
    "/i/none/pdf",
];

// S2
both_engines!(each_role_gets_as_far_as_the_table_says, |store| async move {
    let world = World::open(&store).await;
    let before = world.everything().await;
    for path in readings(&world) {
        let answer = world.house.get(&path, None).await;
        let is_public = PUBLIC_PAGES.contains(&path.as_str()) || FOR_STRANGERS.contains(&path.as_str());
        if path.starts_with("/fn/") {
            assert_eq!((answer.status, answer.body.as_str()), (StatusCode::UNAUTHORIZED, "\"SignInRequired\""), "{path}");
        } else if !is_public {
            assert!(answer.status == StatusCode::SEE_OTHER && answer.header("location").starts_with("/login"), "{path}: {}", answer.status);
        }
    }
    for (door, path) in forms(&world).into_iter().filter(|(door, _)| door.who != Who::Anyone) {
        let answer = world.send(&path, None, &world.body(&door)).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::UNAUTHORIZED, "\"SignInRequired\""), "{path}");
        let answer = world.house.post(&path, None, &world.body(&door)).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"), "{path}");
    }
    for path in UPLOADS {
        assert_eq!(world.house.post(path, None, "").await.header("location"), "/login", "{path}");
    }
    assert_eq!(world.everything().await, before, "strangers");

    for (who, role) in ONE_OF_EACH {
        let token = world.sign_in(who).await;
        let before = world.everything().await;
        for (page, may) in PAGES {
            let answer = world.house.get(&nobody_s(page), Some(&token)).await;
            let is_refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(is_refused, !may.includes(role), "{who} {page}: {}", answer.status);
        }
        for (name, may) in FUNCTIONS {
            let answer = world.house.get(&world.function(name, 999_999), Some(&token)).await;
            let is_refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(is_refused, !may.includes(role), "{who} {name}: {} {}", answer.status, answer.body);
        }
        for door in DOORS.into_iter().filter(|door| !door.who.includes(role)) {
            for path in world.filled(door.address) {
                let answer = world.send(&path, Some(&token), &world.body(&door)).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} {path}: {}", answer.body);
            }
        }
        for path in UPLOADS {
            let may = match path {
                "/import" => Who::Importers,
                "/admin/site/logo" | "/material" => Who::Administrators,
                _ => Who::Everybody,
            };
            let answer = world.house.post(path, Some(&token), "").await;
            assert_eq!(answer.status == StatusCode::FORBIDDEN, !may.includes(role), "{who} {path}");
        }
        assert_eq!(world.everything().await, before, "{who}");
        // Who may is not turned away, though there is no such record, or nothing was filled in.
        for door in DOORS.into_iter().filter(|door| door.who.includes(role) && door.address != "/logout") {
            let answer = world.send(&nobody_s(door.address), Some(&token), "").await;
            let is_let_in = !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED);
            assert!(is_let_in, "{who} {}: {} {}", door.address, answer.status, answer.body);
        }
    }
    world.close();
});

both_engines!(a_token_s_scope_is_asked_at_every_operation, |store| async move {
    let mut world = World::open(&store).await;
    let mut program = Program::of(world.house, "ada@house.test", TokenScope::Read).await;
    world.house = House::open(&store).await;
    for scope in [TokenScope::Read, TokenScope::Events] {
        program = Program::of(program.house, "ada@house.test", scope).await;
        let before = world.everything().await;
        for (method, template, _) in operations(&program) {
            for path in filled(&template, &world) {
                let is_allowed = scope == TokenScope::Read && method == Method::GET || scope == TokenScope::Events && template == "/events";
                if is_allowed && template == "/live" {
                    // It does not end; `live.rs` hears it.
                    continue;
                }
                let body = (method != Method::GET).then(|| good_body(&template, &world).to_string());
                let answer = program.call(method.clone(), &path, &[("if-match", "*")], body.as_deref()).await;
                if !is_allowed {
                    problem(&answer, StatusCode::FORBIDDEN);
                }
            }
        }
        assert_eq!(world.everything().await, before, "{scope:?}");
    }
    let stranger = Program::with_token(program.house, "lw_unknown".to_owned()).await;
    for (method, template, _) in operations(&stranger) {
        problem(&stranger.call(method, &filled(&template, &world)[0], &[], None).await, StatusCode::UNAUTHORIZED);
    }
    world.house = stranger.house;
    world.close();
});

// S3
both_engines!(fields_that_are_not_the_form_s_are_refused, |store| async move {
    let world = World::open(&store).await;
    let ada = world.sign_in("ada").await;
    let before = world.everything().await;
    for (door, path) in forms(&world) {
        for field in GUARDED.into_iter().filter(|field| !door.takes.contains(field)) {
            let answer = world.send(&path, Some(&ada), &format!("{}&{field}=3", world.body(&door))).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {field}: {}", answer.body);
            assert!(answer.body.contains(&format!("no field “{field}”")), "{path} {field}: {}", answer.body);
        }
    }
    assert_eq!(world.everything().await, before);
    world.close();
});

both_engines!(fields_that_an_operation_does_not_have_are_refused, |store| async move {
    let mut world = World::open(&store).await;
    let program = Program::of(world.house, "ada@house.test", TokenScope::Admin).await;
    world.house = House::open(&store).await;
    let before = world.everything().await;
    for (method, template, operation) in operations(&program) {
        let body = operation["requestBody"].to_string();
        let Some(schema) = body.split("#/components/schemas/").nth(1).and_then(|rest| rest.split('"').next()) else {
            assert!(method == Method::GET || method == Method::DELETE, "{method} {template}: the body is not described: {body}");
            continue;
        };
        let known = &program.described["components"]["schemas"][schema]["properties"];
        for field in GUARDED.into_iter().chain(["extra", "__proto__"]).filter(|field| known[*field].is_null()) {
            for path in filled(&template, &world) {
                let mut body = good_body(&template, &world);
                body[field] = json!("3");
                let answer = program.call(method.clone(), &path, &[("if-match", "*")], Some(&body.to_string())).await;
                let errors = problem(&answer, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(errors[field].is_string(), "{method} {path} {field}: {errors}");
            }
        }
    }
    assert_eq!(world.everything().await, before);
    world.house = program.house;
    world.close();
});

// S8
both_engines!(a_change_from_another_site_is_refused_at_every_address, |store| async move {
    let world = World::open(&store).await;
    let ada = world.sign_in("ada").await;
    let before = world.everything().await;
    let mut paths: Vec<String> = forms(&world).into_iter().map(|(_, path)| path).collect();
    paths.extend(readings(&world));
    paths.extend(UPLOADS.map(str::to_owned));
    paths.extend(["/nowhere", "/fn/none", "/api/v1/live"].map(str::to_owned));
    // A program that unsubscribes somebody sends no origin: what is secret in the address stands for who it is.
    paths.retain(|path| {
        ["/invites/none", "/unsubscribe/none", "/suppliers/none", "/q/none"].contains(&path.as_str()) || !FOR_STRANGERS.contains(&path.as_str())
    });
    for path in paths {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for (origin, site) in [
                (None, None),
                (Some("null"), None),
                (Some("https://evil.test"), Some("cross-site")),
                (Some("http://leads.test.evil.test:3000"), None),
                (Some(ORIGIN), Some("cross-site")),
            ] {
                let mut asked = request(method.clone(), &path, Some(&ada)).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                if let Some(origin) = origin {
                    asked = asked.header(header::ORIGIN, origin);
                }
                if let Some(site) = site {
                    asked = asked.header("sec-fetch-site", site);
                }
                let answer = world.house.ask(asked.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} from {origin:?}");
            }
        }
    }
    // The API knows no cookies, so that another site has nothing to borrow.
    let program = Program::with_token(world.house, String::new()).await;
    let world = World { house: House::open(&store).await, ..world };
    for (method, template, _) in operations(&program).into_iter().filter(|(_, template, _)| template != "/live") {
        for path in filled(&template, &world) {
            let asked = request(method.clone(), &format!("/api/v1{path}"), Some(&ada)).header(header::ORIGIN, ORIGIN).header("if-match", "*");
            let body = good_body(&template, &world).to_string();
            let answer = program.house.ask(asked.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap()).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
    }
    assert_eq!(world.everything().await, before);
    assert!(service::people::session_actor(&world.house.ctx(), &ada).await.unwrap().is_some(), "nobody was signed out");
    World { house: program.house, ..world }.close();
});

/// Every answer has exactly these headers, see `server/src/security.rs`.
fn assert_guarded(answer: &Answer, is_file: bool, what: &str) {
    let policy = answer.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_else(|| panic!("{what}: no nonce in “{policy}”"));
    assert!(nonce.len() >= 22, "{what}: {nonce}");
    let expected = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    );
    let permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    for (name, value) in [
        ("content-security-policy", expected.as_str()),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("permissions-policy", permissions),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        let all: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(all, [value], "{what}: {name}");
    }
    assert!(answer.headers.contains_key("x-request-id"), "{what}");
    assert!(is_file || answer.header("cache-control") == "no-store", "{what}: {}", answer.header("cache-control"));
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert!(!answer.headers.contains_key(name), "{what}: {name}");
    }
    for cookie in answer.headers.get_all("set-cookie") {
        let (pair, flags) = cookie.to_str().unwrap().split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let longest = match name {
            "leadwright_session" => "1209600",
            "leadwright_last" => "2419200",
            _ => panic!("{what}: {name}"),
        };
        let age = if value.is_empty() { "0" } else { longest };
        assert_eq!(flags, format!(" HttpOnly; SameSite=Lax; Path=/; Max-Age={age}; Secure"), "{what}");
    }
}

// S15
both_engines!(every_answer_of_every_address_is_guarded, |store| async move {
    let world = World::open(&store).await;
    let ada = world.sign_in("ada").await;
    let world = World { house: House::open_at(&store, ORIGIN_ON_TLS).await, ..world };
    let mut paths = readings(&world);
    paths.extend(["/", "/nowhere", "/leads/999999", "/fn/none", "/static/none.js", "/pkg/none.js", "/api/v1/none", "/api/none"].map(str::to_owned));
    paths.extend(["/api/v1/openapi.json", "/api/v1/docs", "/api/v1/leads", "/api/v1/leads/1", "/favicon.ico", "/robots.txt"].map(str::to_owned));
    let mut statuses = BTreeSet::new();
    let mut check = |what: String, answer: Answer| {
        let is_file =
            what.contains("openapi.json") || what.contains("/api/v1/docs") || what.contains("/static/") || answer.headers.contains_key("etag");
        assert_guarded(&answer, is_file, &what);
        statuses.insert(answer.status.as_u16());
    };
    let ask = |method: Method, path: &str, token: Option<&str>| {
        let asked =
            request(method, path, token).header(header::ORIGIN, ORIGIN_ON_TLS).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        world.house.ask(asked.body(Body::empty()).unwrap())
    };
    for token in [None, Some(ada.as_str())] {
        for path in &paths {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::DELETE] {
                check(format!("{method} {path}"), ask(method.clone(), path, token).await);
            }
        }
        for path in forms(&world).iter().map(|(_, path)| path.as_str()).chain(UPLOADS).filter(|path| *path != "/logout") {
            check(format!("POST {path}"), ask(Method::POST, path, token).await);
        }
    }
    check("POST /leads/new from elsewhere".to_owned(), {
        let asked = request(Method::POST, "/leads/new", Some(&ada)).header(header::ORIGIN, "https://evil.test");
        world.house.ask(asked.body(Body::empty()).unwrap()).await
    });
    check("POST /login, too long".to_owned(), {
        let asked = request(Method::POST, "/login", None).header(header::ORIGIN, ORIGIN_ON_TLS);
        world.house.ask(asked.body(Body::from("a".repeat(1_000_001))).unwrap()).await
    });
    let form = format!("email=maya@house.test&password={}", support::PASSWORD.replace(' ', "+"));
    let sign_in =
        request(Method::POST, "/login", None).header(header::ORIGIN, ORIGIN_ON_TLS).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let signed_in = world.house.ask(sign_in.body(Body::from(form)).unwrap()).await;
    let maya = signed_in.token();
    check("signing in".to_owned(), signed_in);
    let signed_out = ask(Method::POST, "/logout", Some(&maya)).await;
    assert_eq!(signed_out.header("set-cookie"), "leadwright_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure");
    check("signing out".to_owned(), signed_out);
    let ear = request(Method::GET, "/api/v1/live", Some(&ada)).body(Body::empty()).unwrap();
    let live = world.house.router.clone().oneshot(ear).await.unwrap();
    check("the live stream".to_owned(), Answer { status: live.status(), headers: live.headers().clone(), body: String::new() });
    // From here on everything that asks the database breaks.
    let mut tx = store.begin().await.unwrap();
    for table in ["lead", "account", "contact", "app_user", "event"] {
        tx.run(Sql::new(format!("alter table {table} rename to {table}_gone"))).await.unwrap();
    }
    tx.save().await.unwrap();
    for path in &paths {
        check(format!("{path}, broken"), ask(Method::GET, path, Some(&ada)).await);
    }
    for (_, path) in forms(&world) {
        check(format!("POST {path}, broken"), ask(Method::POST, &path, Some(&ada)).await);
    }
    check("API, broken".to_owned(), {
        let asked = axum::http::Request::get("/api/v1/leads").header(header::AUTHORIZATION, "Bearer lw_some").body(Body::empty()).unwrap();
        world.house.ask(asked).await
    });
    let wanted = [200, 303, 401, 403, 404, 405, 413, 422, 500];
    assert!(wanted.iter().all(|status| statuses.contains(status)), "{statuses:?}");
    world.close();
});

/// Texts that have a meaning to some engine, or none at all.
fn odd_texts() -> Vec<String> {
    let mut all: Vec<String> = [
        "%",
        "_",
        "%%%",
        "\\",
        "'",
        "\"",
        "''",
        "\"\"",
        "*",
        "**",
        "zan*",
        "a:b",
        "words:zan",
        "^a",
        "-a",
        "a OR b",
        "a AND",
        "NOT",
        "NEAR(a b, 2)",
        "NEAR/3",
        "{a b}",
        "(",
        ")",
        "((((",
        "a & | ! b",
        "a <-> b",
        ":*",
        "& :*",
        "!",
        "\u{0}",
        "a\u{0}b",
        "\u{feff}",
        "\u{200b}",
        "\u{202e}abc",
        "e\u{301}",
        "ﷺ",
        "👩‍👩‍👧",
        "½",
        "１２３",
        "' or 1=1 --",
        "; drop table lead; --",
        "${jndi:x}",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "+44 (0) 161",
        "0",
        "00000",
        "9999999999999999999999",
        "-1",
        "1e9",
        "NaN",
        "null",
        "#1",
        "1~\u{0}",
        "1~x",
        "9223372036854775807~9223372036854775807",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("a".repeat(5_000));
    all.push("a".repeat(10_000));
    all.push("%".repeat(10_000));
    all.push("\"*(".repeat(3_000));
    all.push("é ".repeat(2_500));
    all.push((0..2_000).map(|n| format!("w{n} ")).collect());
    all.push("👩".repeat(2_500));
    all
}

/// What takes a text to look for in its own way, with `{}` where it goes. Every function is asked with odd texts besides.
const SEARCHES: [&str; 32] = [
    "/leads?view=all&q={}",
    "/leads/board?view=all&q={}",
    "/accounts?q={}",
    "/contacts?q={}",
    "/material?q={}",
    "/products?q={}",
    "/leads/export.csv?view=all&q={}",
    "/leads/export.xlsx?view=all&q={}",
    "/fn/find_leads?text={}",
    "/fn/find?text={}",
    "/fn/match_accounts?sought%5Bcompany%5D={0}&sought%5Bemail%5D={0}&sought%5Bphone%5D={0}",
    "/fn/match_accounts?sought%5Baddress%5D%5Bstreet%5D=1+{0}&sought%5Baddress%5D%5Bcity%5D={0}&sought%5Baddress%5D%5Bpostcode%5D={0}",
    "/fn/callers?said%5Bcompany%5D={0}&said%5Bemail%5D={0}&said%5Bphone%5D={0}&said%5Bfull_name%5D={0}",
    "/fn/callers?said%5Bfull_name%5D={}&within=1",
    "/fn/intake?settled%5Bcaller%5D={0}&settled%5Breferrer%5D={0}&settled%5Btries%5D={0}&settled%5Bneeds_help_now%5D=true",
    "/fn/contact_accounts?text={}",
    "/fn/deal_vendors?text={}",
    "/admin/audit?area={}",
    "/leads?view={0}&state={0}&status={0}&owner={0}&group={0}&tag={0}&type={0}&sort={0}&columns={0}&group_by={0}&saved={0}&after={0}&tool={0}",
    "/leads?created_from={0}&created_to={0}&score_from={0}&score_to={0}&amount_from={0}&amount_to={0}&custom_1={0}&custom_1_from={0}&before={0}",
    "/leads?updated_from={0}&updated_to={0}&expected_from={0}&expected_to={0}&closed_from={0}&closed_to={0}&last_activity_from={0}&last_activity_to={0}",
    "/accounts?kind={0}&rep={0}&after={0}",
    "/tasks?person={0}&done={0}&after={0}",
    "/tasks/calendar?person={0}&span={0}&day={0}",
    "/tickets?lead={0}&state={0}&person={0}&after={0}",
    "/contacts?account={0}&after={0}&before={0}",
    "/quotes?state={0}&before={0}",
    "/quotes/1/pdf?revision={0}",
    "/customers?q={}",
    "/customers?state={0}&before={0}",
    "/invoices?kind={0}&state={0}&customer={0}&before={0}",
    "/leads/1/convert?step={0}",
];

/// Functions that take the list's query.
const LISTS: [&str; 7] = ["leads", "lead_groups", "lead_rows", "board", "board_page", "board_news", "neighbours"];

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn assert_borne(answer: &Answer, what: &str) {
    let is_fine = matches!(answer.status.as_u16(), 200 | 303 | 400 | 404 | 422);
    assert!(is_fine, "{}: {} {}", what.chars().take(200).collect::<String>(), answer.status, answer.body.chars().take(300).collect::<String>());
}

// S13
both_engines!(no_search_breaks_anything, |store| async move {
    let world = World::open(&store).await;
    let (ada, maya) = (world.sign_in("ada").await, world.sign_in("maya").await);
    for text in odd_texts() {
        let text = encoded(&text);
        for search in SEARCHES {
            let path = search.replace("{}", &text).replace("{0}", &text);
            // No address is longer than the server reads.
            if path.len() < 60_000 {
                assert_borne(&world.house.get(&path, Some(&ada)).await, &path);
            }
        }
        for (name, _) in FUNCTIONS {
            let path =
                |text: &str| world.function(name, world.lead.0).replace("&text=", "&was=").replace("&after=", &format!("&text={text}&after={text}"));
            if path(&text).len() < 60_000 {
                let (odd, plain) = (world.house.get(&path(&text), Some(&ada)).await, world.house.get(&path("a"), Some(&ada)).await);
                // One that needs more than these parameters says so, whatever stands in them.
                if odd.status != plain.status {
                    assert_borne(&odd, &path(&text));
                }
            }
        }
        let query = encoded(&format!("view=all&q={text}"));
        for name in LISTS {
            let path = format!("/fn/{name}?query={query}&number={}&numbers={text}&after={text}&status=1&asked=1", world.lead);
            if path.len() < 60_000 {
                assert_borne(&world.house.get(&path, Some(&maya)).await, &path);
            }
        }
    }
    // What is long is cut, and still finds nobody else's.
    let long = format!("{SECRET}{}", "x".repeat(5_000));
    for search in ["/leads?view=all&q={}", "/fn/find_leads?text={}", "/fn/find?text={}"] {
        let answer = world.house.get(&search.replace("{}", &long), Some(&maya)).await;
        assert_eq!(answer.status, StatusCode::OK, "{search}");
        assert!(!answer.body.contains("Jo Field"), "{search}");
    }
    world.close();
});

// S13
both_engines!(no_list_of_filters_or_size_of_page_breaks_anything, |store| async move {
    let world = World::open(&store).await;
    let maya = world.sign_in("maya").await;
    let mut filters = vec![
        (0..200).map(|n| format!("&tag=t{n}")).collect::<String>(),
        (0..200).map(|n| format!("&owner=o{n}@x.test")).collect(),
        (0..200).map(|n| format!("&offering=o{n}")).collect(),
        "&class=aql&class=none&class=x".repeat(200),
        (0..200).map(|n| format!("&custom_{n}=a&custom_{n}_from=1&custom_{n}_to=9")).collect(),
        "&state=pending".repeat(1_000),
        (0..3_000).map(|n| format!("&x{n}=1")).collect(),
    ];
    let every_facet = ["state", "status", "type", "owner", "group", "source", "category", "offering", "tag", "class"];
    filters.push((0..200).map(|n| format!("&{}=v{n}", every_facet[n % every_facet.len()])).collect());
    filters.extend(
        ["limit=1000000000", "limit=-1", "limit=1e9", "page=1000000000", "after=9~9&before=9~9", "cursor=1000000000", "offset=1000000000"]
            .map(|size| format!("&{size}")),
    );
    for filter in &filters {
        for start in ["/leads?view=all", "/leads/board?view=all", "/leads/export.csv?view=all", "/accounts?x=1", "/contacts?x=1"] {
            let path = format!("{start}{filter}");
            assert_borne(&world.house.get(&path, Some(&maya)).await, &path);
        }
        let query = encoded(&format!("view=all{filter}"));
        for name in LISTS {
            let path = format!("/fn/{name}?query={query}&number={0}&numbers={0}&after=&status=1&asked=1", world.lead);
            assert_borne(&world.house.get(&path, Some(&maya)).await, &path);
        }
    }
    let program = Program::of(world.house, "maya@house.test", TokenScope::Read).await;
    for filter in &filters {
        for list in ["/leads", "/accounts", "/contacts", "/opportunities"] {
            assert_borne(&program.get(&format!("{list}?x=1{filter}")).await, list);
        }
    }
    for text in odd_texts() {
        let text = encoded(&text);
        for list in [
            "/leads?view=all&q={}",
            "/leads?cursor={}",
            "/accounts?q={}",
            "/accounts?cursor={}",
            "/contacts?q={}&account={}",
            "/opportunities?lead={}",
        ] {
            assert_borne(&program.get(&list.replace("{}", &text)).await, list);
        }
    }
    for path in ["/leads", "/accounts", "/contacts", "/opportunities"] {
        problem(&program.get(&format!("{path}?limit=1000000000")).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    World { house: program.house, ..world }.close();
});

// S13
both_engines!(no_text_breaks_a_form, |store| async move {
    let world = World::open(&store).await;
    let ada = world.sign_in("ada").await;
    let fields = [
        "name",
        "full_name",
        "text",
        "query",
        "city",
        "what",
        "tag",
        "kind",
        "direction",
        "stage",
        "company",
        "phones",
        "emails",
        "source",
        "group",
        "message",
        "url",
        "email",
        "password",
        "password_again",
        "lead",
        "chosen",
        "account",
        "kinds",
        "amount",
        "close",
        "expected_at",
        "default",
        "options",
        "due_days",
        "region",
        "currency",
        "time_zone",
        "from",
        "to",
        "reason",
        "supplier",
        "column_0",
        "back",
        "part",
        "owner",
        "score",
        "version",
        "role",
        "state",
        "title",
        "note",
        "due",
        "time",
        "assignee",
        "remind",
        "repeat",
        "until",
        "expected",
        "estimate",
        "unit",
        "was",
        "competitor",
        "strength",
        "details",
        "person",
        "address",
        "answer",
        "for_customer",
        "class",
        "timescale_from",
        "timescale_to",
        "horizon",
        "account_manager",
        "notes",
        "agenda",
        "evidence",
        "confidence",
        "read_at",
        "day",
        "minutes",
        "place",
        "invite",
        "said",
    ];
    let mut broken = Vec::new();
    for text in ["\u{0}", "a\u{0}b", "%", "9223372036854775808", "-9223372036854775808", "1~\u{0}", "\u{202e}", "//evil.test", &"a".repeat(10_000)] {
        let text = encoded(text);
        for (door, path) in forms(&world).into_iter().filter(|(door, _)| door.address != "/logout") {
            let sent = fields.iter().filter(|field| !GUARDED.contains(field) || door.takes.contains(field));
            let body: String = sent.map(|field| format!("&{field}={text}")).collect();
            let answer = world.send(&path, Some(&ada), &body).await;
            if answer.status.as_u16() >= 500 {
                broken.push(format!("{path} {text}"));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
    world.close();
});

// R8
both_engines!(a_form_that_is_sent_twice_is_done_once, |store| async move {
    let world = World::open(&store).await;
    let (maya, martin) = (world.sign_in("maya").await, world.sign_in("martin").await);
    let lead = format!("/leads/{}", world.lead);
    let ticket = |title: &str| format!("lead={}&title={title}", world.lead);
    let (tickets, wrong, late) = (format!("/tickets?lead={}", world.lead), ticket("Wrong"), ticket("Late"));
    for (page, path, body, other) in [
        ("/leads/new", "/leads/new".to_owned(), "full_name=Al", "full_name=Bo"),
        ("/accounts/new", "/accounts/new".to_owned(), "name=Borough", "name=Other"),
        ("/refer", "/refer".to_owned(), "full_name=Al&phones=0161+496+0123", "full_name=Bo&phones=0161+496+0123"),
        ("/contacts/new", "/contacts/new".to_owned(), "full_name=Al", "full_name=Bo"),
        (lead.as_str(), format!("{lead}/comment"), "text=Called", "text=Met"),
        (lead.as_str(), format!("{lead}/comment"), "share=1&text=Agreed", "share=1&text=Signed"),
        // While there is one deal, it is the one that is meant.
        ("", format!("{lead}/quotes"), "memo=Soft", "memo=Hard"),
        ("", format!("{lead}/opportunities"), "name=Extra", "name=Else"),
        ("", format!("{lead}/tasks"), "title=Call", "title=Write"),
        ("/tasks", "/tasks".to_owned(), "title=Call", "title=Write"),
        (tickets.as_str(), "/tickets".to_owned(), wrong.as_str(), late.as_str()),
    ] {
        let key = if page.is_empty() {
            format!("0123456789{}", path.len())
        } else {
            let shown = world.house.get(page, Some(&maya)).await.body;
            let key = shown.split("name=\"once\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("the form has a key");
            key.to_owned()
        };
        let first = world.house.post(&path, Some(&maya), &format!("{body}&once={key}")).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{path}: {}", first.body);
        let before = world.everything().await;
        for _ in 0..2 {
            let again = world.house.post(&path, Some(&maya), &format!("{body}&once={key}")).await;
            assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, first.header("location")), "{path}");
        }
        let changed = world.send(&path, Some(&maya), &format!("{other}&once={key}")).await;
        assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", changed.body);
        assert!(changed.body.contains("sent before"), "{path}: {}", changed.body);
        assert_eq!(world.everything().await, before, "{path}");
        // Another key, and somebody else with the same one, are other wishes.
        for (token, key) in [(&maya, format!("{key}0")), (&martin, key)] {
            let next = world.house.post(&path, Some(token), &format!("{body}&once={key}")).await;
            assert_eq!(next.status, StatusCode::SEE_OTHER, "{path}: {}", next.body);
        }
    }
    world.close();
});

// R8
both_engines!(a_secret_that_is_asked_for_twice_is_made_once, |store| async move {
    let world = World::open(&store).await;
    let ada = world.sign_in("ada").await;
    let between = |page: &str, before: &str| page.split(before).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let made = || async {
        let mut tx = store.read().await.unwrap();
        (tx.tokens().list(None).await.unwrap().len(), tx.webhooks().list().await.unwrap().len())
    };
    for (path, body, other, prefix) in [
        ("/admin/tokens", "name=Script&scope=read&days=30", "name=Script&scope=write&days=30", "lw_"),
        ("/admin/webhooks", "url=https://example.com/hooks", "url=https://example.com/else", "whsec_"),
    ] {
        let shown = world.house.get(path, Some(&ada)).await.body;
        let key = between(&shown, "name=\"once\" value=\"").expect("the form has a key");
        let secret_in = |page: &str| between(page, &format!("value=\"{prefix}")).map(|rest| format!("{prefix}{rest}"));
        let first = world.house.post(path, Some(&ada), &format!("{body}&once={key}")).await;
        let first_secret = secret_in(&first.body).unwrap_or_else(|| panic!("{path} shows no secret: {}", first.body));
        let (count, before) = (made().await, world.everything().await);
        let again = world.house.post(path, Some(&ada), &format!("{body}&once={key}")).await;
        let secret = secret_in(&again.body).unwrap_or_else(|| panic!("{path} shows no secret again: {}", again.body));
        assert_eq!((again.status, made().await), (first.status, count), "{path}");
        let changed = world.send(path, Some(&ada), &format!("{other}&once={key}")).await;
        assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", changed.body);
        assert!(changed.body.contains("sent before"), "{path}: {}", changed.body);
        assert_eq!(world.everything().await, before, "{path}");
        if path == "/admin/webhooks" {
            assert_eq!(secret, first_secret, "the same webhook's");
            continue;
        }
        let ctx = world.house.ctx();
        assert!(service::tokens::find_caller(&ctx, &first_secret).await.unwrap().is_none(), "it was another's place");
        assert!(service::tokens::find_caller(&ctx, &secret).await.unwrap().is_some(), "what is shown last works");
        let late = world.send(path, Some(&ada), &format!("{body}&once={key}")).await;
        assert!(!late.status.is_success() && late.body.contains("was made before"), "{} {}", late.status, late.body);
        assert!(service::tokens::find_caller(&ctx, &secret).await.unwrap().is_some(), "and goes on working");
    }
    world.close();
});
