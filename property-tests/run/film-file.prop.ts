/** Films survive their file, and what is no film is refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Film } from '../../src/core/film.ts'
import { decodeFilm, encodeFilm, type FilmFile } from '../../src/run/film-file.ts'

const number = fc.double()
const point = fc.tuple(number, number)
const tone = fc.constantFrom('ground', 'structure', 'body', 'limb', 'farLimb', 'joint', 'goal', 'object', 'thrust', 'sense')
const shape = fc.oneof(
  fc.record({ kind: fc.constant('polygon'), points: fc.array(point), tone }),
  fc.record({ kind: fc.constant('circle'), centre: point, radius: number, tone }),
  fc.record({ kind: fc.constant('capsule'), from: point, to: point, radius: number, tone }),
  fc.record({ kind: fc.constant('line'), points: fc.array(point), tone }),
)
const ruler = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant('ground'), height: number, every: number, unit: fc.string() }),
  fc.record({ kind: fc.constant('floor'), every: number, unit: fc.string() }),
)
const bounds = fc.record({ left: number, right: number, bottom: number, top: number })
const view = fc.record({ title: fc.string(), bounds, ruler, scenery: fc.array(shape), shapes: fc.array(shape) })
const frame = fc.record({ step: fc.nat(), returnSoFar: number, picture: fc.record({ views: fc.array(view, { maxLength: 2 }) }) })
const film = fc.record({
  frames: fc.array(frame, { maxLength: 3 }),
  envSteps: fc.nat(),
  episodeReturn: number,
  terminated: fc.boolean(),
  truncated: fc.boolean(),
  unstable: fc.boolean(),
}) as fc.Arbitrary<Film>
const file: fc.Arbitrary<FilmFile> = fc.record({ step: fc.nat(), codeVersion: fc.string(), film })

/** Records made by the generator may lack a prototype. */
const plain = (value: unknown): unknown => structuredClone(value)

describe('a film in its file', () => {
  test('comes back as it was, numbers that are none included', () => {
    fc.assert(
      fc.property(file, (made) => {
        const read = decodeFilm(encodeFilm(made))
        expect(read._tag === 'Right' ? read.right : read.left).toEqual(plain(made))
      }),
      { seed: 42, numRuns: 200 },
    )
  })

  const good: FilmFile = { step: 3, codeVersion: '1', film: { frames: [], envSteps: 1, episodeReturn: NaN, terminated: true, truncated: false, unstable: true } }
  test.each([
    ['nothing', ''],
    ['another format', encodeFilm(good).replace('bilevel-film', 'film')],
    ['a later version', encodeFilm(good).replace('"version":1', '"version":2')],
    ['a film without frames', encodeFilm(good).replace('"frames":[]', '"frames":null')],
    ['an unknown tone', encodeFilm(good).replace('"frames":[]', '"frames":[{"step":0,"returnSoFar":0,"picture":{"views":[{"title":"","bounds":{"left":0,"right":1,"bottom":0,"top":1},"ruler":null,"scenery":[],"shapes":[{"kind":"circle","centre":[0,0],"radius":1,"tone":"mauve"}]}]}}]')],
    ['a torn file', encodeFilm(good).slice(0, 40)],
  ])('is refused: %s', (_, text) => {
    expect(decodeFilm(text)._tag).toBe('Left')
  })
})
