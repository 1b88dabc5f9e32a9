//! What each kind of object is created and dropped with.
