//! Distances against another formula, boxes against circles.

use proptest::prelude::*;

use super::*;

fn at(latitude: f64, longitude: f64) -> Point {
    Point::new(latitude, longitude).unwrap()
}

/// Vincenty's formula for the sphere: another way to the same number.
#[expect(clippy::many_single_char_names, reason = "as the formula writes them")]
fn slow_metres(a: Point, b: Point) -> f64 {
    let (p, q) = (a.latitude.to_radians(), b.latitude.to_radians());
    let l = (b.longitude - a.longitude).to_radians();
    let x = q.cos() * l.sin();
    let y = p.cos() * q.sin() - p.sin() * q.cos() * l.cos();
    let z = p.sin() * q.sin() + p.cos() * q.cos() * l.cos();
    EARTH_RADIUS_M * x.hypot(y).atan2(z)
}

#[test]
fn a_degree_along_the_equator_is_a_360th_of_it() {
    let expected = (EARTH_RADIUS_M * 1000.0 * PI / 180.0).round() as u64;
    assert_eq!(at(0.0, 0.0).distance_mm(at(0.0, 1.0)), expected);
    assert_eq!(at(0.0, 179.5).distance_mm(at(0.0, -179.5)), expected);
    assert_eq!(at(0.0, 0.0).distance_mm(at(0.0, 0.0)), 0);
    assert_eq!(at(90.0, 0.0).distance_mm(at(90.0, 137.0)), 0);
    assert_eq!(at(0.0, 0.0).distance_mm(at(0.0, 180.0)), (EARTH_RADIUS_M * 1000.0 * PI).round() as u64);
}

#[test]
fn new_york_to_london_is_about_5570_km() {
    let metres = at(40.7128, -74.006).distance_mm(at(51.5074, -0.1278)) / 1000;
    assert!((5_569_000..5_572_000).contains(&metres), "{metres}");
}

#[test]
fn degrees_are_rounded_to_three_decimals() {
    assert_eq!(at(41.87849, -87.6355).rounded(), at(41.878, -87.636));
    assert!(round3(-0.0001).is_sign_positive());
}

#[test]
fn impossible_coordinates_are_refused() {
    assert_eq!(Point::new(90.1, 0.0), Err(GeoError::Latitude));
    assert_eq!(Point::new(f64::NAN, 0.0), Err(GeoError::Latitude));
    assert_eq!(Point::new(0.0, -180.5), Err(GeoError::Longitude));
    assert_eq!(BBox::new(0.0, 5.0, 1.0, 4.0), Err(GeoError::UpsideDown));
    assert_eq!(BBox::new(0.0, 5.0, 1.0, 5.0), Err(GeoError::UpsideDown));
    assert_eq!(BBox::new(1.0, 4.0, 1.0, 5.0), Err(GeoError::Empty));
}

#[test]
fn a_box_may_cross_the_180th_meridian() {
    let fiji = BBox::new(177.0, -20.0, -178.0, -15.0).unwrap();
    assert!(fiji.contains(at(-17.0, 179.0)) && fiji.contains(at(-17.0, -179.0)));
    assert!(fiji.contains(at(-17.0, 180.0)) && fiji.contains(at(-17.0, -180.0)));
    assert!(!fiji.contains(at(-17.0, 0.0)) && !fiji.contains(at(-21.0, 179.0)));
    let east = BBox::new(-180.0, -20.0, -170.0, -15.0).unwrap();
    assert!(east.contains(at(-17.0, 180.0)) && !east.contains(at(-17.0, 179.9)));
}

fn anywhere() -> impl Strategy<Value = Point> {
    let latitude = prop_oneof![-90.0..=90.0, 89.0..=90.0, -90.0..=-89.0, Just(90.0), Just(-90.0)];
    let longitude = prop_oneof![-180.0..=180.0, 179.0..=180.0, -180.0..=-179.0, Just(180.0), Just(-180.0)];
    (latitude, longitude).prop_map(|(latitude, longitude)| at(latitude, longitude))
}

proptest! {
    #[test]
    fn two_formulas_agree(a in anywhere(), b in anywhere()) {
        let metres = a.distance_mm(b) as f64 / 1000.0;
        // Towards the antipode the haversine loses digits: 10 cm there.
        prop_assert!((metres - slow_metres(a, b)).abs() <= 0.1 + 1e-9 * metres);
        prop_assert_eq!(a.distance_mm(b), b.distance_mm(a));
    }

    #[test]
    fn the_box_around_a_circle_holds_the_circle(
        center in anywhere(), radius_m in prop_oneof![1u64..=500_000, Just(500_000u64)],
        turn in 0.0..360.0f64, share in prop_oneof![0.0..=1.0f64, 0.99..=1.0f64, Just(1.0f64)],
    ) {
        // A point at some bearing and up to the radius away.
        let (angle, turn) = (radius_m as f64 * share / EARTH_RADIUS_M, turn.to_radians());
        let p = center.latitude.to_radians();
        let q = (p.sin() * angle.cos() + p.cos() * angle.sin() * turn.cos()).clamp(-1.0, 1.0).asin();
        let l = (turn.sin() * angle.sin() * p.cos()).atan2(angle.cos() - p.sin() * q.sin());
        let longitude = turned(center.longitude + l.to_degrees()).clamp(-180.0, 180.0);
        let point = at(q.to_degrees().clamp(-90.0, 90.0), longitude);
        if center.distance_mm(point) <= radius_m * 1000 {
            prop_assert!(BBox::around(center, radius_m * 1000).contains(point), "{:?}", point);
        }
    }

    #[test]
    fn a_circle_has_what_is_no_further_away(
        center in anywhere(), other in anywhere(), near in (-0.01..=0.01f64, -0.01..=0.01f64), off in -3..=3i64,
        radius_mm in 0..=20_100_000_000u64,
    ) {
        let (latitude, longitude) = (center.latitude + near.0, center.longitude + near.1);
        let beside = at(latitude.clamp(-90.0, 90.0), longitude.clamp(-180.0, 180.0));
        for (center, spot) in [other, beside].map(|point| (Spot::from(center), Spot::from(point))) {
            let distance = center.distance_mm(spot);
            // Radii at which a millimetre decides, and any.
            for radius in [distance.saturating_add_signed(off), distance, radius_mm] {
                let circle = Circle::new(center, radius);
                prop_assert_eq!(circle.has(spot), distance <= radius, "{} {}", distance, radius);
                prop_assert_eq!(circle.distance_mm(spot), Some(distance).filter(|one| *one <= radius));
            }
        }
    }

    #[test]
    fn the_box_around_any_two_points_holds_the_other(a in anywhere(), b in anywhere()) {
        prop_assert!(BBox::around(a, a.distance_mm(b)).contains(b));
    }
}
