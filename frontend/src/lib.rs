//! The WebAssembly entry: hydration. A panic stops it without a word, see scripts/build-site.sh.

/// Called by the page's start script once the WebAssembly module has loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    wasm_bindgen_futures::spawn_local(async {
        app::fetch_shown().await;
        leptos::mount::hydrate_body(app::App);
    });
}
