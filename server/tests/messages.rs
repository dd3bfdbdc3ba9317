//! Messages to the persons of leads over HTTP: written without script, sent over a real network, and unsubscribed from in all ways there are.

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::Role;
use server::mail::Sender;
use store::{Store, both_engines};
use support::smtp::MailServer;
use support::{House, ORIGIN, request};

/// Maya has a lead, whose address is given; Ana is another rep, and Ada administrates.
async fn with_lead(store: &Store) -> (House, String, [String; 3]) {
    let house = House::open(store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ana@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let added = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+Field&company=Acme&emails=jo@acme.test&owner={maya}")).await;
    let lead = added.header("location").to_owned();
    let (maya, ana) = (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await);
    (house, lead, [ada, maya, ana])
}

both_engines!(a_message_is_written_without_script, |store| async move {
    let (house, lead, [ada, maya, ana]) = with_lead(&store).await;
    let wrong = house.post("/admin/messages", Some(&ada), "name=Intro&subject=Hello&body=%3Cb%3E{{lead.nmae}}").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"body-error\"", "There is no field", "&lt;b&gt;{{lead.nmae}}", "value=\"Intro\""] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let saved = house.post("/admin/messages", Some(&ada), "name=Intro&subject=For+{{account}}&body=Hello+{{lead.first_name}},%0A{{by}}").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/admin/messages"));
    assert!(house.get("/admin/messages", Some(&ada)).await.body.contains("Hello Ana,\nGrace Okafor"));
    assert_eq!(house.get("/admin/messages", Some(&maya)).await.status, StatusCode::FORBIDDEN);

    assert!(house.get(&lead, Some(&maya)).await.body.contains(&format!("href=\"{lead}/message\"")));
    let chosen = format!("{lead}/message?template=1");
    let page = house.get(&chosen, Some(&maya)).await.body;
    for said in ["Message to Jo Field", "value=\"For {{account}}\"", "For Acme", "Hello Jo,\nmaya"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let back = format!("back={}%3Ftemplate%3D1", format!("{lead}/message").replace('/', "%2F"));
    let wrong = house.post(&format!("{lead}/messages"), Some(&maya), &format!("{back}&template=1&subject=&body=Typed+{{{{nothing}}}}")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"subject-error\"", "Enter a subject", "Typed {{nothing}}", "Message to Jo Field"] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let sent = house.post(&format!("{lead}/messages"), Some(&maya), "template=1&to=jo@acme.test&subject=For+{{account}}&body=Hello+%3Ci%3EJo").await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, lead.as_str()));
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("wrote an e-mail to jo@acme.test: sent") && page.contains("Hello &lt;i&gt;Jo") && !page.contains("<i>Jo"), "{page}");
    let page = house.get(&format!("{lead}/message"), Some(&maya)).await.body;
    assert!(page.contains("Sent before") && page.contains("Waiting"), "{page}");
    for (path, body) in [("messages", "subject=A&body=B"), ("unsubscribe", "email=jo@acme.test")] {
        assert_eq!(house.post(&format!("{lead}/{path}"), Some(&ana), body).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(house.get(&format!("{lead}/message"), Some(&ana)).await.status, StatusCode::NOT_FOUND);
});

both_engines!(a_message_goes_over_the_network_and_is_unsubscribed_from_with_one_request, |store| async move {
    let (house, lead, [_, maya, _]) = with_lead(&store).await;
    let server = MailServer::open().await;
    house.post(&format!("{lead}/messages"), Some(&maya), "subject=Hello&body=Text").await;
    Sender::new(house.ctx(), server.client()).settle().await.unwrap();
    let mails: Vec<_> = server.received().into_iter().filter(|mail| mail.to == ["jo@acme.test"]).collect();
    assert_eq!(mails.len(), 1);
    // Long lines are folded.
    let text = mails[0].text.replace("\r\n ", " ").replace("=\r\n", "");
    assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") && !text.contains("Auto-Submitted"), "{text}");
    assert!(text.contains("From: maya <leadwright@leads.test>\r\n"), "{text}");
    let listed = text.split("List-Unsubscribe:").nth(1).and_then(|rest| rest.split(['<', '>']).nth(1)).expect("an address").to_owned();
    let path = listed.strip_prefix(ORIGIN).expect("of this site").to_owned();
    let address = path.strip_suffix("/now").expect("the page's address, and one more word").to_owned();
    assert!(text.contains(&format!("{ORIGIN}{address}")), "the page stands in the text: {text}");

    // Whoever only looks ends nothing.
    let looked = house.get(&path, None).await;
    assert_eq!((looked.status, looked.header("location")), (StatusCode::SEE_OTHER, address.as_str()));
    let page = house.get(&address, None).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
    assert!(page.body.contains("sends messages to jo@acme.test") && !page.body.contains("Acme"), "{}", page.body);
    // A mail program has neither session nor origin.
    let asked = || {
        let asked = request(Method::POST, &path, None).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        house.ask(asked.body(Body::from("List-Unsubscribe=One-Click")).unwrap())
    };
    assert_eq!(asked().await.status, StatusCode::OK);
    assert_eq!(asked().await.status, StatusCode::OK, "twice is once");
    assert!(house.get(&address, None).await.body.contains("sends no messages to jo@acme.test any more"));
    let refused = house.post(&format!("{lead}/messages"), Some(&maya), "subject=Hello&body=Text").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("noted that jo@acme.test wants no more mails"), "{page}");

    // By hand, on the page, and back.
    let back = house.post(&address, None, "wish=again").await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, address.as_str()));
    assert_eq!(house.post(&format!("{lead}/messages"), Some(&maya), "subject=Hello&body=Text").await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.post(&address, None, "wish=none").await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.post(&address, None, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for guess in ["/unsubscribe/none", &address[..20]] {
        assert_eq!(house.get(guess, Some(&maya)).await.status, StatusCode::NOT_FOUND, "{guess}");
        assert_eq!(house.ask(request(Method::POST, &format!("{guess}/now"), None).body(Body::empty()).unwrap()).await.status, StatusCode::NOT_FOUND);
    }
});

/// A form with a file, as a browser sends it.
async fn upload(house: &House, token: Option<&str>, file_name: &str, bytes: &[u8]) -> support::Answer {
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nPrice <list>\r\n--b\r\n".to_vec();
    body.extend_from_slice(format!("Content-Disposition: form-data; name=\"document\"; filename=\"{file_name}\"\r\n").as_bytes());
    body.extend_from_slice(b"Content-Type: application/pdf\r\n\r\n");
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let asked =
        request(Method::POST, "/material", token).header(header::ORIGIN, ORIGIN).header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    house.ask(asked.body(Body::from(body)).unwrap()).await
}

both_engines!(material_arrives_is_judged_and_goes_out_attached, |store| async move {
    let (house, lead, [ada, maya, _]) = with_lead(&store).await;
    assert_eq!(upload(&house, Some(&maya), "prices.pdf", b"%PDF-1.7").await.status, StatusCode::FORBIDDEN);
    assert_eq!(upload(&house, None, "prices.pdf", b"%PDF-1.7").await.header("location"), "/login");
    let lies = upload(&house, Some(&ada), "prices.pdf", b"<script>alert(1)</script>").await;
    assert_eq!(lies.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"document-error\"", "Its name says .pdf, but its content is something else", "value=\"Price &lt;list&gt;\""] {
        assert!(lies.body.contains(said), "{said}: {}", lies.body);
    }
    let huge = upload(&house, Some(&ada), "film.mp4", &vec![b'a'; 100 * 1024 * 1024]).await;
    assert_eq!(huge.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(huge.body.contains("The file is larger than 10 MB, which is the most that can be sent"), "{}", huge.body);
    let added = upload(&house, Some(&ada), "../../prices.pdf", b"%PDF-1.7 prices").await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, "/material"));

    let page = house.get("/material?q=price", Some(&maya)).await.body;
    assert!(page.contains("Price &lt;list&gt;") && page.contains("PDF, 15 bytes") && !page.contains("Add to the library"), "{page}");
    assert!(house.get("/material?q=nothing", Some(&maya)).await.body.contains("Nothing fits this"));
    let file = house.get("/material/1", Some(&maya)).await;
    assert_eq!((file.status, file.header("content-type"), file.body.as_str()), (StatusCode::OK, "application/pdf", "%PDF-1.7 prices"));
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"prices.pdf\""), "{:?}", file.headers);

    let server = MailServer::open().await;
    let sent = house.post(&format!("{lead}/messages"), Some(&maya), "subject=Here&body=As+asked&attach=1").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    house.post(&format!("{lead}/messages"), Some(&maya), "subject=Here&body=As+asked&link=1").await;
    Sender::new(house.ctx(), server.client()).settle().await.unwrap();
    let mails: Vec<_> = server.received().into_iter().filter(|mail| mail.to == ["jo@acme.test"]).collect();
    assert_eq!(mails.len(), 2);
    let attached = mails.iter().find(|mail| mail.text.contains("multipart/mixed")).expect("one with the file");
    assert!(attached.text.contains("JVBERi0xLjcgcHJpY2Vz") && attached.text.contains("filename=\"prices.pdf\""), "{}", attached.text);
    let linked = mails.iter().find(|mail| !mail.text.contains("multipart/mixed")).expect("one with the link");
    let text = linked.text.replace("=\r\n", "");
    let address = text.split(&format!("{ORIGIN}/shared/")).nth(1).expect("an address");
    let address = format!("/shared/{}", address.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    let file = house.get(&address, None).await;
    assert_eq!((file.status, file.body.as_str(), file.header("cache-control")), (StatusCode::OK, "%PDF-1.7 prices", "no-store"));
    assert!(file.header("content-disposition").starts_with("attachment;"));
    assert!(house.get(&lead, Some(&maya)).await.body.contains("Sent with it: Price &lt;list&gt; (link)"));
    house.post("/material/1/remove", Some(&ada), "").await;
    assert_eq!(house.get(&address, None).await.status, StatusCode::NOT_FOUND);
});
