//! `split INPUT.wasm CHUNKS OUT`: cuts INPUT into a main module and chunks, in the folder CHUNKS, and writes the main module with its
//! JavaScript into the folder OUT. Called by `scripts/build-site.sh`.

use std::error::Error;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

const NAME: &str = "leadwright";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, chunks, out] = arguments.as_slice() else { return Err("usage: split INPUT.wasm CHUNKS OUT".into()) };
    let main_module = Path::new(chunks).join(format!("{NAME}.wasm"));
    cut(Path::new(input), Path::new(chunks), &main_module)?;
    bind(&main_module, Path::new(out))
}

fn cut(input: &Path, chunks: &Path, main_module: &Path) -> Result<(), Box<dyn Error>> {
    let wasm = std::fs::read(input)?;
    let script = format!("./{NAME}.js");
    let mut options = Options::new(&wasm);
    options.output_dir = chunks;
    options.main_out_path = main_module;
    options.main_module = &script;
    options.target.web();
    transform(options)?;
    Ok(())
}

/// The chunks find what they need from the main module by the linker's names, so these are kept.
fn bind(main_module: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.input_path(main_module).typescript(false).keep_lld_exports(true).demangle(false).out_name(NAME);
    bindgen.generate(out)?;
    Ok(())
}
