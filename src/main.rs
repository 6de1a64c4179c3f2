//! The program; everything is in the library.

/// A request makes some hundred small things and drops them again, and a
/// refresh of the directory a great many: this one is made for it, and gives
/// memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    openchair::cli::run(std::env::args_os())
}
