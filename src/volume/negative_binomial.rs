//! The negative binomial distribution: counts whose variance exceeds their mean.

/// The chance of `count` or more, where the mean is `mean` and the variance `mean + dispersion · mean²`.
pub(super) fn at_least(count: u32, mean: f64, dispersion: f64) -> f64 {
    if mean <= 0.0 {
        return if count == 0 { 1.0 } else { 0.0 };
    }
    let size = 1.0 / dispersion.max(1e-6);
    // P(0) = (size / (size + mean))^size, and each next term follows from the one before.
    let ratio = mean / (size + mean);
    let mut term = (size * (size / (size + mean)).ln()).exp();
    let mut below = 0.0;
    for n in 0..count {
        below += term;
        term *= ratio * (size + f64::from(n)) / f64::from(n + 1);
    }
    (1.0 - below).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_tables() {
        // scipy.stats.nbinom.sf(count - 1, size, size / (size + mean)), and poisson.sf for no dispersion.
        for (count, mean, dispersion, expected) in [
            (0, 4.0, 0.5, 1.0),
            (1, 4.0, 0.5, 0.888_888_9),
            (10, 4.0, 0.5, 0.075_146_6),
            (17, 4.0, 0.25, 0.001_288_4),
            (3, 0.02, 0.0, 1.313_4e-6),
            (5, 0.0, 0.5, 0.0),
        ] {
            let found = at_least(count, mean, dispersion);
            assert!((found - expected).abs() <= 1e-3 * expected.max(1e-4), "{count} of {mean}: {found}");
        }
    }
}
