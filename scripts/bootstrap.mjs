// Makes a fresh clone ready: checks Node, then installs packages where they are missing or not those of the lock file.
// Plain JavaScript without packages, because it runs before there are any, and on Nodes that are too old.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const ownCache = join(root, '.npm-cache');

checkNode();
for (const folder of [root, ...samples()]) if (!isInstalled(folder)) install(folder);
rmSync(ownCache, { recursive: true, force: true });

function checkNode() {
  const wanted = readJson(join(root, 'package.json')).engines.node.replace(/^\D+/, '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = wanted.split('.').map(Number);
  if (process.platform === 'win32') stop('teal does not run on Windows yet. In WSL it does.');
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  stop(
    `teal needs Node ${wanted} or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer one from https://nodejs.org or with your version manager, and run the same command again.',
  );
}

/** Folders of examples that have packages of their own. */
function samples() {
  const examples = join(root, 'examples');
  if (!existsSync(examples)) return [];
  return readdirSync(examples)
    .map((name) => join(examples, name))
    .filter((folder) => existsSync(join(folder, 'package-lock.json')));
}

/** Whether what npm last put into node_modules is what the lock file says. */
function isInstalled(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = readJson(join(folder, 'package-lock.json')).packages;
  const present = readJson(record).packages;
  const missing = Object.entries(wanted).filter(([path, { version, optional, devOptional, link }]) => {
    if (path === '' || link) return false;
    // Of packages for other platforms there is no trace.
    if (!(path in present)) return !optional && !devOptional;
    return present[path].version !== version;
  });
  return missing.length === 0 && Object.keys(present).every((path) => path in wanted);
}

function install(folder) {
  const where = folder === root ? 'teal' : folder.slice(root.length);
  process.stderr.write(`Installing the packages of ${where} (npm ci) …\n`);
  const { status, error } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: folder,
      env: { ...process.env, ...cacheOfOurOwn() },
      // npm's list of what it added is no result of the command that was run.
      stdio: ['ignore', 2, 2],
    },
  );
  if (error) stop(`npm could not be started: ${error.message}. It comes with Node: is it on the PATH?`);
  if (status !== 0) stop(`npm ci failed in ${folder}; its last lines say why. Can the package registry be reached?`);
}

/** Where the home folder can't be written, as in some containers, npm keeps its cache in the clone while it installs. */
function cacheOfOurOwn() {
  const home = join(homedir(), '.npm');
  if (process.env.npm_config_cache && process.env.npm_config_cache !== home) return {};
  try {
    accessSync(existsSync(home) ? home : homedir(), constants.W_OK);
    return {};
  } catch {
    return { npm_config_cache: ownCache, npm_config_update_notifier: 'false' };
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
