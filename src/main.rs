//! The program; everything is in the library.

fn main() -> std::process::ExitCode {
    openchair::cli::run(std::env::args_os())
}
