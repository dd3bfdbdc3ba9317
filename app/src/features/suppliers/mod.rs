//! The page at which a supplier reads what became of its leads. Rendered on the server only, without script.

mod supplier_page;

pub use supplier_page::SupplierPage;
