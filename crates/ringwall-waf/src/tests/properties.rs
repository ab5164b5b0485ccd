//! What holds for all documents and requests.
