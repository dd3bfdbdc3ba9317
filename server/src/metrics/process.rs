//! The process as the system sees it, under the names that Prometheus' own libraries use. Source: Linux' /proc; elsewhere
//! these lines are missing.

use super::{head, one, sample};

/// Ticks of the processor's clock in /proc, per second: fixed in the kernel's interface to programs.
const TICKS: f64 = 100.0;

pub(super) fn write(text: &mut String) {
    if let Some(bytes) = resident_bytes() {
        one(text, "process_resident_memory_bytes", "Memory in use.", bytes);
    }
    if let Some((cpu, started_after_boot)) = times() {
        head(text, "process_cpu_seconds_total", "counter", "Processor time used.");
        sample(text, "process_cpu_seconds_total", &[], cpu);
        if let Some(boot) = boot_time() {
            one(text, "process_start_time_seconds", "When the program started, in seconds since 1970.", boot + started_after_boot);
        }
        if let Some(up) = read_number("/proc/uptime") {
            one(text, "leadwright_uptime_seconds", "How long the program has been running.", (up - started_after_boot).max(0.0));
        }
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        one(text, "process_open_fds", "Open files and connections.", files.count());
    }
    if let Some(most) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        one(text, "process_max_fds", "Files and connections that may be open at most.", most);
    }
}

fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// Processor time used, and when the program started after the machine did. Unit: seconds.
fn times() -> Option<(f64, f64)> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in brackets, which may hold blanks; after it, the third comes first.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some(((ticks(14)? + ticks(15)?) / TICKS, ticks(22)? / TICKS))
}

fn boot_time() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    text.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
}

fn read_number(path: &str) -> Option<f64> {
    std::fs::read_to_string(path).ok()?.split_whitespace().next()?.parse().ok()
}
