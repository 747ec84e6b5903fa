import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { vae } from '../../src/nn/vae.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
type VaeInput = Readonly<{
  input_size: number
  hidden_size: number
  latent_size: number
  bounded_code: boolean
  kl_weight: number
  parameters: readonly number[]
  x: Rows
  target: Rows
  noise: Rows
}>

const family = oracleFamily('episodic-memory')
const flat = (rows: Rows): Float64Array => Float64Array.from(rows.flat())

describe('oracle: autoencoder', () => {
  it.each(oracleCases<VaeInput, unknown>(family, 'vae'))('$name', (each) => {
    const { input_size: inputs, hidden_size: hidden, latent_size: latent, bounded_code: boundedCode, kl_weight: klWeight, ...rest } = each.input
    const model = vae({ inputs, hidden, latent, boundedCode, output: 'sigmoid' }, reference)
    const parameters = Float64Array.from(rest.parameters)
    const batch = { x: flat(rest.x), target: flat(rest.target), noise: flat(rest.noise) }
    const answer = model.loss(parameters, batch, klWeight)
    expect(model.encode(parameters, batch.x, rest.x.length)).toEqual(answer.mean)
    expect(
      mismatches(family, each, {
        mean: answer.mean,
        log_variance: answer.logVariance,
        z: answer.z,
        reconstruction: answer.reconstruction,
        mean_squared_error: answer.meanSquaredError,
        kl: answer.kl,
        loss: answer.loss,
        grad_parameters: answer.gradParameters,
        grad_x: answer.gradX,
      }),
    ).toEqual([])
  })
})
