/**
 * The manifest of a run: everything that decides its result, and the id that names it.
 *
 * runId = first 12 hex digits of SHA-256 of the canonical JSON of { config, seed, codeVersion }. No clock, host or path
 * enters it: the same run has the same id everywhere.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { sha256Hex } from '../core/digest.ts'
import type { RunConfig } from './config.ts'
import type { Fault } from './fault.ts'
import { canonicalJson, parseJson } from './plain-data.ts'

/** The version of the layout of a run directory. */
export const RUN_FORMAT_VERSION = 1

/** Versions of what the run was computed with, by name: `node` and the engine packages. */
export type Versions = Readonly<Record<string, string>>

export type Manifest = Readonly<{
  formatVersion: number
  runId: string
  name: string
  configDigest: string
  seed: string | number
  codeVersion: string
  versions: Versions
  backend: Readonly<{ name: string; exact: boolean }>
  /** The command line that made the run, for the reader; null where none did. */
  createdBy: readonly string[] | null
  /** Resolved: every default is in it. */
  config: RunConfig
}>

export type ManifestFault = Fault<'NotAManifest'>

const digestText = (value: unknown): string => sha256Hex(new TextEncoder().encode(canonicalJson(value)))

/** Digest of a resolved config; the order of its fields does not enter. */
export const configDigest = (config: RunConfig): string => digestText(config)

/** The id of the run of `config` by `codeVersion`. */
export const runIdOf = (config: RunConfig, codeVersion: string): string => digestText({ config, seed: config.seed, codeVersion }).slice(0, 12)

export type ManifestOptions = Readonly<{
  config: RunConfig
  codeVersion: string
  versions: Versions
  backend: Readonly<{ name: string; exact: boolean }>
  createdBy: readonly string[] | null
}>

/** The manifest of a run. */
export const manifestOf = ({ config, codeVersion, versions, backend, createdBy }: ManifestOptions): Manifest => ({
  formatVersion: RUN_FORMAT_VERSION,
  runId: runIdOf(config, codeVersion),
  name: config.name,
  configDigest: configDigest(config),
  seed: config.seed,
  codeVersion,
  versions,
  backend: { name: backend.name, exact: backend.exact },
  createdBy,
  config,
})

/** The text of `manifest.json`. */
export const encodeManifest = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`

/** Only the frame is checked here; `config` is checked by its digest, and by `resolveConfig` where it is used as a config. */
const manifestSchema = z.strictObject({
  formatVersion: z.literal(RUN_FORMAT_VERSION),
  runId: z.string(),
  name: z.string(),
  configDigest: z.string(),
  seed: z.union([z.string(), z.number()]),
  codeVersion: z.string(),
  versions: z.record(z.string(), z.string()),
  backend: z.strictObject({ name: z.string(), exact: z.boolean() }),
  createdBy: z.array(z.string()).nullable(),
  config: z.record(z.string(), z.unknown()),
})

const refuse = (path: string, expected: string, received: string, hint = ''): Either<ManifestFault, never> =>
  left({ _tag: 'NotAManifest', path, expected, received, hint })

/** Reads `manifest.json`; a config that does not fit the digest beside it is refused. */
export const decodeManifest = (text: string): Either<ManifestFault, Manifest> => {
  const json = parseJson(text)
  if (json._tag === 'Left') return refuse('', 'JSON', json.left.received)
  const parsed = manifestSchema.safeParse(json.right)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refuse(issue.path.join('.'), 'a manifest of a run', issue.message, 'only a run made by this version of the format can be read')
  }
  const manifest = parsed.data as unknown as Manifest
  const digest = digestText(manifest.config)
  return digest === manifest.configDigest
    ? right(manifest)
    : refuse('config', `digest ${manifest.configDigest}`, digest, 'the config was changed after the run was made')
}

/** Whether a JSON value is a manifest by its look, so that it can be given where a config is expected. */
export const looksLikeManifest = (value: unknown): value is Readonly<{ config: unknown }> =>
  typeof value === 'object' && value !== null && 'formatVersion' in value && 'config' in value
