/**
 * Counts vitest's JSON report: `count.mjs REPORT STATUS [ABSENT-SOLVER…]`. Names what failed or
 * was skipped, ends with "N passed, N failed", and exits with 1 if anything failed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [report, status, ...absent] = process.argv.slice(2);
const failures = absent.map(
  (solver) => `skipped: re-checks by ${solver}: it could not be installed`,
);
let passed = 0;

const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
for (const file of files) {
  const name = relative(process.cwd(), file.name);
  for (const { fullName, status: outcome } of file.assertionResults) {
    if (outcome === 'passed') passed++;
    else failures.push(`${outcome === 'failed' ? 'failed' : 'skipped'}: ${name}: ${fullName}`);
  }
  const broken =
    file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed');
  if (broken) failures.push(`failed: ${name}: ${file.message.split('\n')[0]}`);
}
if (status !== '0' && !failures.some((failure) => failure.startsWith('failed'))) {
  failures.push(`failed: the test command, exit status ${status}`);
}
if (status === '0' && passed === 0) failures.push('failed: no test was run');

for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
