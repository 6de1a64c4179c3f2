//! Customary milestones.
