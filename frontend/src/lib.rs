//! The WebAssembly entry: hydration. A panic stops it without a word, see scripts/build-site.sh.

/// Called by the page's start script once the WebAssembly module has loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_lazy(app::App);
}
