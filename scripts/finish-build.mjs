/**
 * What `tsc` leaves undone in `dist`: files that aren't TypeScript are copied to the place where
 * the compiled modules look for them, and the command gets its execute bit.
 */

import { existsSync } from 'node:fs';
import { chmod, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const copied = [
  { folder: 'src', extensions: ['.mjs', '.json'] },
  { folder: 'rules', extensions: ['.json'] },
  { folder: 'cost-models', extensions: ['.json'] },
  { folder: 'protocols', extensions: ['.ir'] },
];

for (const { folder, extensions } of copied.filter((entry) => existsSync(entry.folder))) {
  for (const path of await readdir(folder, { recursive: true })) {
    if (extensions.some((extension) => path.endsWith(extension))) {
      await cp(join(folder, path), join('dist', folder, path));
    }
  }
}

const command = 'dist/src/cli/main.js';
if (existsSync(command)) await chmod(command, 0o755);
