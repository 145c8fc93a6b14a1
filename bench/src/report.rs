//! Prints lines that can be compared.

/// What the figures were taken on.
pub(crate) fn machine() {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{cpus} cores; load average before the run: {}", load.split(' ').next().unwrap_or("?"));
}

/// The middle of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
