// Stands for a package that is required somewhere and never used (scripts/bundle.mjs).
