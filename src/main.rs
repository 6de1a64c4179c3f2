//! The program; everything is in the library.

/// A request makes some hundred small things and drops them again, and a
/// refresh of the directory a great many: this one is made for it, and gives
/// memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // To clear huge pages took a quarter of the processor time in which a directory is
    // loaded, parts of them were never used, and searches are as fast without. Where
    // the kernel has none there is nothing to leave out.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    openchair::cli::run(std::env::args_os())
}
