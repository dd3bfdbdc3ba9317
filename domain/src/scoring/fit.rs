//! The numbers of learning: logistic regression with a penalty on large weights, by Newton's method, and the straight line that
//! calibrates what it says. Everything is summed in the order of the rows, so the same leads give the same weights.

/// How hard large weights are pulled towards nothing. Chosen by cross-validation, see docs/scoring.md.
pub(super) const PENALTY: f64 = 4.0;
/// Newton's method is through after a handful of rounds; this many are never needed.
const ROUNDS: usize = 30;
/// A round that lowers the loss by a smaller share than this was the last.
const ENOUGH: f64 = 1e-9;

/// Leads as the weights that apply to each: of every column exactly one. Weight 0 is the one that applies to all.
#[derive(Clone, Debug)]
pub(super) struct Design {
    /// Columns of a row.
    pub columns: usize,
    /// How many weights there are, with the one that applies to all.
    pub weights: usize,
    /// For each row the weights of its columns, rising.
    pub applies: Vec<u32>,
    pub won: Vec<bool>,
}

impl Design {
    fn row(&self, row: usize) -> &[u32] {
        &self.applies[row * self.columns..(row + 1) * self.columns]
    }

    /// What the weights say of a row, as log odds.
    pub(super) fn log_odds(&self, weights: &[f64], row: usize) -> f64 {
        weights[0] + self.row(row).iter().map(|at| weights[*at as usize]).sum::<f64>()
    }

    fn loss(&self, weights: &[f64], rows: &[usize]) -> f64 {
        let of_rows: f64 = rows.iter().map(|row| loss(self.log_odds(weights, *row), self.won[*row])).sum();
        of_rows + PENALTY / 2.0 * weights[1..].iter().map(|weight| weight * weight).sum::<f64>()
    }
}

/// The probability of log odds.
pub(super) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// How wrong log odds were, in natural units of information.
fn loss(log_odds: f64, won: bool) -> f64 {
    let wrong = if won { -log_odds } else { log_odds };
    if wrong > 0.0 { wrong + (-wrong).exp().ln_1p() } else { wrong.exp().ln_1p() }
}

/// The weights that fit some rows best. Both outcomes must be among them.
pub(super) fn fit(design: &Design, rows: &[usize]) -> Vec<f64> {
    let size = design.weights;
    let mut weights = vec![0.0; size];
    let won = rows.iter().filter(|row| design.won[**row]).count() as f64;
    weights[0] = (won / (rows.len() as f64 - won)).ln();
    let mut loss = design.loss(&weights, rows);
    for _ in 0..ROUNDS {
        let (slope, curve) = derivatives(design, &weights, rows);
        let step = solve(curve, slope, size);
        let Some((better, less)) = descend(design, &weights, &step, loss, rows) else { break };
        let gain = loss - less;
        (weights, loss) = (better, less);
        if gain < ENOUGH * loss {
            break;
        }
    }
    weights
}

/// First and second derivatives of the loss; of the second the lower triangle, row by row.
fn derivatives(design: &Design, weights: &[f64], rows: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let size = design.weights;
    let mut slope: Vec<f64> = weights.iter().map(|weight| PENALTY * weight).collect();
    slope[0] = 0.0;
    let mut curve = vec![0.0; size * size];
    for at in 1..size {
        curve[at * size + at] = PENALTY;
    }
    for row in rows {
        let said = probability(design.log_odds(weights, *row));
        let wrong = said - f64::from(u8::from(design.won[*row]));
        let bend = said * (1.0 - said);
        slope[0] += wrong;
        curve[0] += bend;
        let applies = design.row(*row);
        for (nth, at) in applies.iter().enumerate() {
            let at = *at as usize;
            slope[at] += wrong;
            curve[at * size] += bend;
            for other in &applies[..=nth] {
                curve[at * size + *other as usize] += bend;
            }
        }
    }
    (slope, curve)
}

/// Goes down along a step, half as far as long as that leads up; `None` where nothing is gained.
fn descend(design: &Design, weights: &[f64], step: &[f64], loss: f64, rows: &[usize]) -> Option<(Vec<f64>, f64)> {
    let mut share = 1.0;
    while share > 1e-6 {
        let tried: Vec<f64> = weights.iter().zip(step).map(|(weight, step)| weight - share * step).collect();
        let less = design.loss(&tried, rows);
        if less < loss {
            return Some((tried, less));
        }
        share /= 2.0;
    }
    None
}

/// Solves a symmetric, positive system by Cholesky's factors; only the lower triangle is read.
fn solve(mut matrix: Vec<f64>, mut right: Vec<f64>, size: usize) -> Vec<f64> {
    for row in 0..size {
        for column in 0..=row {
            let (before, rest) = matrix.split_at_mut(row * size);
            let known: f64 = if column == row {
                rest[..column].iter().map(|one| one * one).sum()
            } else {
                rest[..column].iter().zip(&before[column * size..]).map(|(one, other)| one * other).sum()
            };
            rest[column] =
                if column == row { (rest[column] - known).max(1e-12).sqrt() } else { (rest[column] - known) / before[column * size + column] };
        }
    }
    for row in 0..size {
        let known: f64 = (0..row).map(|column| matrix[row * size + column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row * size + row];
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|lower| matrix[lower * size + row] * right[lower]).sum();
        right[row] = (right[row] - known) / matrix[row * size + row];
    }
    right
}

/// The straight line by which log odds become those that held for leads that were not learned from: Platt's calibration, pulled towards
/// leaving them as they are. Factor, then what is added.
pub(super) fn calibrate(log_odds: &[f64], won: &[bool]) -> (f64, f64) {
    const PULL: f64 = 10.0;
    let (mut factor, mut added) = (1.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        let (mut slope, mut curve) = ([PULL * (factor - 1.0), PULL * added], [PULL, 0.0, PULL]);
        for (odds, won) in log_odds.iter().zip(won) {
            let said = probability(factor * odds + added);
            let wrong = said - f64::from(u8::from(*won));
            let bend = said * (1.0 - said);
            slope[0] += wrong * odds;
            slope[1] += wrong;
            curve[0] += bend * odds * odds;
            curve[1] += bend * odds;
            curve[2] += bend;
        }
        let size = curve[0] * curve[2] - curve[1] * curve[1];
        let step = [(curve[2] * slope[0] - curve[1] * slope[1]) / size, (curve[0] * slope[1] - curve[1] * slope[0]) / size];
        factor = (factor - step[0]).clamp(0.2, 5.0);
        added -= step[1];
        if step[0].abs() + step[1].abs() < 1e-9 {
            break;
        }
    }
    (factor, added)
}
