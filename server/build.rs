//! The site's files are embedded; a checkout that never built them must still compile. The program's own addresses are packed.

use std::process::Command;

fn main() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo:warning=target/site cannot be made ({error}); the site's files will be missing");
    }
    println!("cargo:rerun-if-changed={}", site.display());
    println!("cargo:rerun-if-changed=build.rs");
    if knows_packed_relocations() {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Whether programs start here whose relative relocations are packed, 4 MB of this one otherwise: glibc does since 2.36.
fn knows_packed_relocations() -> bool {
    let Ok(printed) = Command::new("getconf").arg("GNU_LIBC_VERSION").output() else { return false };
    let printed = String::from_utf8_lossy(&printed.stdout);
    let mut parts = printed.trim().strip_prefix("glibc ").unwrap_or_default().split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    (parts.next(), parts.next()) >= (Some(2), Some(36))
}
