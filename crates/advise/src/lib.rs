//! Answers what fits a system: questions, rules, costs, configuration, and checks of a configuration.
//!
//! Owns the table of rules and the engine over it. Pure: the same answers give the same bytes.
