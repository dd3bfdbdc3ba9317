//! Runs of the importer.
