//! Places where a test can kill the process (cargo feature `failpoints`; nothing at all without it).

/// Die here, as by `kill -9`, if `TRUEUP_FAILPOINT` names this place.
#[cfg(feature = "failpoints")]
pub(crate) fn hit(name: &str) {
    if std::env::var("TRUEUP_FAILPOINT").is_ok_and(|wanted| wanted == name) {
        let pid = std::process::id().to_string();
        let _ = std::process::Command::new("kill").args(["-9", &pid]).status();
        // The signal is on its way; nothing after this line may run.
        loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    }
}

/// Die here, as by `kill -9`, if `TRUEUP_FAILPOINT` names this place.
#[cfg(not(feature = "failpoints"))]
pub(crate) fn hit(_: &str) {}
