//! The same contenders under criterion, which keeps earlier figures and says whether a change is one.

use std::time::Duration;

use cloakroom_bench_jwt::{Scheme, contenders};
use criterion::{Criterion, criterion_group, criterion_main};

fn verify(criterion: &mut Criterion) {
    for scheme in Scheme::ALL {
        let mut group = criterion.benchmark_group(scheme.name());
        group.sample_size(50).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
        for mut one in contenders(scheme) {
            group.bench_function(one.name, |bencher| bencher.iter(&mut one.verify));
        }
        group.finish();
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
