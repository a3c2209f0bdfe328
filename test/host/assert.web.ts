// Stands in for `node:assert/strict` in the browser.
import assert from 'assert';

export default assert.strict;
