import fc from 'fast-check';

// The same inputs on every machine: a suite that fails must fail again. `npm run fuzz` is where new inputs are tried.
fc.configureGlobal({ seed: 20261122 });
