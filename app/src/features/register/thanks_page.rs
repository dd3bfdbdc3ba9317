//! After registering: `/register/thanks`. Says what happens next.

use leptos::prelude::*;
use leptos_meta::Title;

use super::PublicPage;
use super::server_fns::load_site_face;

/// The page.
#[component]
pub fn ThanksPage() -> impl IntoView {
    let site = Resource::new(|| (), |()| load_site_face());
    view! {
        <Title text="Thank you" />
        <Suspense>
            {move || Suspend::new(async move {
                // The thanks matter more than the name above them.
                let site = site.await.unwrap_or_default();
                view! {
                    <PublicPage site>
                        <div>
                            <h1>"Thank you"</h1>
                            <p class="form__intro">"We have your details. You need not send them again."</p>
                        </div>
                        <section class="stack" aria-labelledby="next-h">
                            <h2 id="next-h">"What happens next"</h2>
                            <ol class="steps">
                                <li><span>"Someone who knows the subject reads what you wrote, usually on the same day."</span></li>
                                <li><span>"You hear from us by phone or e-mail, usually within one working day."</span></li>
                                <li><span>"If you forgot something, tell us when we call."</span></li>
                            </ol>
                        </section>
                    </PublicPage>
                }
                .into_any()
            })}
        </Suspense>
    }
    .into_any()
}
