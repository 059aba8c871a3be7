/**
 * What `tsc` leaves undone in `dist`: files that aren't TypeScript are copied to the place where
 * the compiled modules look for them, and the command gets its execute bit and its two names.
 */

import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
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
if (existsSync(command)) {
  await chmod(command, 0o755);
  // npx would install the package into its cache instead, and remember for ever a link made before the build.
  const names = 'node_modules/.bin';
  await mkdir(names, { recursive: true });
  for (const name of ['compart', 'optimize']) {
    await rm(join(names, name), { force: true });
    await symlink(join('..', '..', command), join(names, name));
  }
}
