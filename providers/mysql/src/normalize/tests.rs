//! Normalisation, on small schemas.
