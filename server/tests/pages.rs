//! Pages as the server writes them.

mod support;

use std::collections::BTreeSet;

use app::places::PLACES;
use axum::body::{Body, to_bytes};
use axum::http::{Method, StatusCode};
use domain::{FormValues, Role};
use futures::future::join_all;
use store::both_engines;
use support::world::{ONE_OF_EACH, PAGES, World, acting};
use support::{House, request};
use tower::ServiceExt as _;

// What a page's head says used to be read when the page's signals could be gone already.
both_engines!(many_who_open_a_page_at_once_all_get_it, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    for path in ["/leads?view=all&sort=name", "/leads/new", "/accounts"] {
        for _ in 0..10 {
            let ask = |_| {
                let asked = house.router.clone().oneshot(request(Method::GET, path, Some(&token)).body(Body::empty()).unwrap());
                tokio::spawn(async move {
                    let answer = asked.await.expect("the router never fails");
                    let status = answer.status();
                    to_bytes(answer.into_body(), 10_000_000).await.expect("the answer ends");
                    status
                })
            };
            for status in join_all((0..16).map(ask)).await {
                assert_eq!(status.unwrap(), StatusCode::OK, "{path}");
            }
        }
    }
});

both_engines!(a_list_is_exported_as_far_as_one_may_see_it, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    for email in ["maya@house.test", "noor@house.test"] {
        house.person(email, Role::Rep).await;
    }
    let (maya, noor) = (house.sign_in("maya@house.test").await, house.sign_in("noor@house.test").await);
    let acting = async |token: &str| {
        let ctx = house.ctx();
        let actor = service::people::session_actor(&ctx, token).await.unwrap().expect("signed in");
        ctx.acting_as(actor)
    };
    let ctx = acting(&maya).await;
    for index in 0..205 {
        let form = format!("full_name=Jo+{index:03}&company=Acme&score={index}&message=%3D1%2B1");
        service::leads::add(&ctx, &FormValues::decode(form.as_bytes())).await.unwrap();
    }
    let other = acting(&noor).await;
    service::leads::add(&other, &FormValues::decode(b"full_name=Zoe")).await.unwrap();

    let answer = house.get("/leads/export.csv?view=all&sort=score&score_from=1", Some(&maya)).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"leads-2"), "{:?}", answer.headers);
    let lines: Vec<&str> = answer.body.lines().collect();
    assert!(lines[0].starts_with("\u{FEFF}Number,Full name,Company,"), "{}", lines[0]);
    assert_eq!(lines.len(), 1 + 204);
    assert!(lines[1].contains("Jo 001") && lines[204].contains("Jo 204"), "{} {}", lines[1], lines[204]);
    assert!(lines[1].contains(",'=1+1,"), "{}", lines[1]);
    assert!(!answer.body.contains("Zoe"));
    let answer = house.get("/leads/export.csv?view=all&sort=score&columns=number,name,city,days_in_status", Some(&maya)).await;
    assert_eq!(answer.body.lines().next(), Some("\u{FEFF}Number,Name,City,Days in status"));
    assert_eq!(answer.body.lines().nth(1), Some("1,Jo 000,,0"));
    // Those of somebody else are left out, whoever names them.
    let answer = house.get("/leads/export.csv?columns=name&leads=206,3,2,99", Some(&maya)).await;
    assert_eq!(answer.body.lines().collect::<Vec<_>>(), ["\u{FEFF}Name", "Jo 002", "Jo 001", "Jo 098"]);
    let compressed = request(Method::GET, "/leads/export.csv", Some(&maya)).header("accept-encoding", "br").body(Body::empty()).unwrap();
    let compressed = house.ask(compressed).await;
    assert_eq!((compressed.status, compressed.header("content-encoding")), (StatusCode::OK, "br"));
    assert_eq!(house.get("/leads/export.csv", None).await.status, StatusCode::SEE_OTHER);
});

both_engines!(a_list_is_exported_as_a_spreadsheet, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("maya@house.test", Role::Rep).await;
    let maya = house.sign_in("maya@house.test").await;
    let actor = service::people::session_actor(&house.ctx(), &maya).await.unwrap().expect("signed in");
    let ctx = house.ctx().acting_as(actor);
    for index in 0..201 {
        let form = format!("full_name=%3D1%2B{index}&company=Acme");
        service::leads::add(&ctx, &FormValues::decode(form.as_bytes())).await.unwrap();
    }
    let whole = request(Method::GET, "/leads/export.xlsx?view=all&sort=number&columns=number,name", Some(&maya)).body(Body::empty()).unwrap();
    let answer = house.router.clone().oneshot(whole).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers()["content-disposition"].to_str().unwrap().ends_with(".xlsx\""));
    let bytes = axum::body::to_bytes(answer.into_body(), 10_000_000).await.unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a spreadsheet opens it");
    let sheet = calamine::Reader::worksheet_range(&mut book, "Leads").expect("its sheet");
    assert_eq!(sheet.height(), 202);
    assert_eq!(sheet.get((0, 1)), Some(&calamine::Data::String("Name".to_owned())));
    assert_eq!(sheet.get((201, 0)), Some(&calamine::Data::Float(201.0)));
    assert_eq!(sheet.get((201, 1)), Some(&calamine::Data::String("=1+200".to_owned())));
    let formulas = calamine::Reader::worksheet_formula(&mut book, "Leads").expect("its formulas");
    assert!(formulas.is_empty(), "nothing is a formula");
    assert_eq!(house.get("/leads/export.xlsx", None).await.status, StatusCode::SEE_OTHER);
});

both_engines!(a_view_of_a_removed_field_opens_without_it, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    let ctx = house.ctx().acting_as(service::people::session_actor(&house.ctx(), &token).await.unwrap().expect("signed in"));
    let form = |text: String| FormValues::decode(text.as_bytes());
    let lead_type = store.catalog().await.unwrap().types[0].id;
    let field = service::configuration::add_field(&ctx, lead_type, &form("name=Tier&kind=text".to_owned())).await.unwrap();
    service::leads::add(&ctx, &form("full_name=Jo+Field".to_owned())).await.unwrap();
    let query = format!("view%3Dall%26columns%3Dname%2Ccustom_{field}");
    let columns = service::views::add(&ctx, &form(format!("name=Tiers&query={query}"))).await.unwrap();
    let filtered = service::views::add(&ctx, &form(format!("name=Gold&query=view%3Dall%26custom_{field}%3DGold"))).await.unwrap();
    service::configuration::remove_field(&ctx, lead_type, field, &FormValues::default()).await.unwrap();
    for view in [columns, filtered] {
        let page = house.get(&format!("/leads?saved={view}"), Some(&token)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Left out, because it is no longer there"), "{}", page.body);
        assert!(page.body.contains("Jo Field"), "{}", page.body);
    }
});

both_engines!(the_palette_leads_to_every_page_that_one_may_open, |store| async move {
    let world = World::open(&store).await;
    let pages: BTreeSet<&str> = PAGES.iter().map(|(page, _)| *page).filter(|page| !page.contains('*')).collect();
    let places: BTreeSet<&str> = PLACES.iter().map(|place| place.href).collect();
    assert_eq!(places, pages);
    for (who, role) in ONE_OF_EACH {
        let ctx = acting(&world.house, who).await;
        for place in &PLACES {
            let may_open = PAGES.iter().any(|(page, may)| *page == place.href && may.includes(role));
            // Everybody may open it, and people of the house are told that they work for no distributor.
            let is_empty = place.href == "/standing" && role.is_internal();
            assert_eq!(place.is_for(ctx.actor().unwrap()), may_open && !is_empty, "{who} {}", place.href);
        }
    }
    world.close();
});
