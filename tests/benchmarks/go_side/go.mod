module ripple.benchmark/declarations

go 1.17
