//! Places where a test can kill the process (cargo feature `failpoints`; nothing at all without it).

#[cfg(feature = "failpoints")]
static PASSED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// Die here, as by `kill -9`, if `TRUEUP_FAILPOINT` names this place; `name@2` dies at the second time. Panic instead where
/// `TRUEUP_FAILPOINT_PANIC` says with which message.
#[cfg(feature = "failpoints")]
#[allow(clippy::panic, reason = "a test asks for it, to see what a panic shows")]
pub(crate) fn hit(name: &str) {
    let Ok(wanted) = std::env::var("TRUEUP_FAILPOINT") else { return };
    let (place, time) = wanted.split_once('@').unwrap_or((&wanted, "1"));
    if place == name && PASSED.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1 == time.parse().unwrap_or(1) {
        if let Ok(message) = std::env::var("TRUEUP_FAILPOINT_PANIC") {
            std::panic::panic_any(message);
        }
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
