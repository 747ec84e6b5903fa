/**
 * The film of a run's policy as a file of its own, `film.json`; it enters no event and no digest.
 *
 * It says after how many learner steps and by which code it was made, so that a later report can tell whether it still is a film of
 * what the run has come to.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import { flow } from 'fp-ts/lib/function.js'
import { chain, left, right, type Either } from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { Film } from '../core/film.ts'
import type { Fault } from './fault.ts'
import { parseJson, toJsonText, unpack, type PlainDataFault } from './plain-data.ts'

/** A film, the finished learner steps of the policy in it, and the code that made it. */
export type FilmFile = Readonly<{ step: number; codeVersion: string; film: Film }>

export type FilmFault = Fault<'NotAFilm'> | PlainDataFault

const FORMAT = 'bilevel-film'

// a diverged simulator has places that are not finite, which zod's own number refuses
const number = z.custom<number>((value) => typeof value === 'number', 'expected a number')
const point = z.tuple([number, number])
const tone = z.enum(['ground', 'structure', 'body', 'limb', 'farLimb', 'joint', 'goal', 'object', 'thrust', 'sense'])
const shape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('polygon'), points: z.array(point), tone }),
  z.object({ kind: z.literal('circle'), centre: point, radius: number, tone }),
  z.object({ kind: z.literal('capsule'), from: point, to: point, radius: number, tone }),
  z.object({ kind: z.literal('line'), points: z.array(point), tone }),
])
const ruler = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ground'), height: number, every: number, unit: z.string() }),
  z.object({ kind: z.literal('floor'), every: number, unit: z.string() }),
])
const bounds = z.object({ left: number, right: number, bottom: number, top: number })
const view = z.object({ title: z.string(), bounds, ruler: ruler.nullable(), scenery: z.array(shape), shapes: z.array(shape) })
const frame = z.object({ step: number, returnSoFar: number, picture: z.object({ views: z.array(view) }) })
const film = z.object({
  frames: z.array(frame),
  envSteps: number,
  episodeReturn: number,
  terminated: z.boolean(),
  truncated: z.boolean(),
  unstable: z.boolean(),
}) satisfies z.ZodType<Film>
const schema = z.object({ format: z.literal(FORMAT), version: z.literal(1), step: z.int().nonnegative(), codeVersion: z.string(), film })

/** The text of `film.json`. */
export const encodeFilm = ({ step, codeVersion, film: shown }: FilmFile): string =>
  `${toJsonText({ format: FORMAT, version: 1, step, codeVersion, film: shown })}\n`

const checked = (value: unknown): Either<FilmFault, FilmFile> => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return right({ step: parsed.data.step, codeVersion: parsed.data.codeVersion, film: parsed.data.film })
  const [issue] = parsed.error.issues
  return left({ _tag: 'NotAFilm', path: issue.path.join('.'), expected: 'a film', received: issue.message, hint: '' })
}

/** Reads `film.json`. */
export const decodeFilm: (text: string) => Either<FilmFault, FilmFile> = flow(
  parseJson,
  chain((json) => unpack({ json, arrays: [] })),
  chain<FilmFault, unknown, FilmFile>(checked),
)
