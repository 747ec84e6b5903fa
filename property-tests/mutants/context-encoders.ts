/**
 * Autoencoders, hyper-states and context encoders with one flaw each, for the laws to catch.
 */
import * as autoencoder from '../../src/nn/vae.ts'
import * as encoder from '../../src/outer/context-encoder.ts'
import * as states from '../../src/outer/hyper-state.ts'
import type { ContextEncoderSubject, HyperStateSubject, VaeSubject } from '../laws/context-encoder.ts'

const changedVae = (change: (sound: autoencoder.Vae) => Partial<autoencoder.Vae>): VaeSubject => ({
  vae: (spec, backend) => {
    const sound = autoencoder.vae(spec, backend)
    return { ...sound, ...change(sound) }
  },
})

export const vaeMutants: Readonly<Record<string, VaeSubject>> = {
  'turns the sign of the divergence': changedVae((sound) => ({
    loss: (parameters, batch, klWeight) => {
      const answer = sound.loss(parameters, batch, -klWeight)
      return { ...answer, kl: -answer.kl }
    },
  })),
  'has the right loss and the gradient of the wrong sign of its divergence': changedVae((sound) => ({
    loss: (parameters, batch, klWeight) => {
      const { gradParameters, gradX } = sound.loss(parameters, batch, -klWeight)
      return { ...sound.loss(parameters, batch, klWeight), gradParameters, gradX }
    },
  })),
  'takes the mean divergence of the rows': changedVae((sound) => ({
    loss: (parameters, batch, klWeight) => {
      const answer = sound.loss(parameters, batch, klWeight / 3)
      return { ...answer, kl: answer.kl / 3, loss: answer.meanSquaredError + klWeight * answer.kl }
    },
  })),
  'decodes the mean, not the sample': changedVae((sound) => ({
    loss: (parameters, batch, klWeight) => sound.loss(parameters, { ...batch, noise: batch.noise.map(() => 0) }, klWeight),
  })),
  'keeps what its resident encoder loaded first': changedVae((sound) => ({
    residentEncoder: () => {
      const resident = sound.residentEncoder()
      let loaded = false
      return {
        ...resident,
        load: (parameters) => {
          if (!loaded) resident.load(parameters)
          loaded = true
        },
      }
    },
  })),
  'bounds every code': { vae: (spec, backend) => autoencoder.vae({ ...spec, boundedCode: false }, backend) },
}

const changedState = (change: (sound: states.HyperState) => Partial<states.HyperState>): HyperStateSubject => ({
  ...states,
  hyperState: (spec, backend) => {
    const sound = states.hyperState(spec, backend)
    return { ...sound, ...change(sound) }
  },
})

export const hyperStateMutants: Readonly<Record<string, HyperStateSubject>> = {
  'reads the oldest gradient first': changedState((sound) => ({
    project: (maps, tensors) => sound.project(maps, [...tensors.slice(0, 1), ...tensors.slice(1).reverse()]),
  })),
  'leaves out what is absent instead of taking it for zero': changedState((sound) => ({
    project: (maps, tensors) => sound.project(maps, [...tensors, ...[0, 1].map(() => tensors[0])]),
  })),
  'writes its gradient': changedState((sound) => ({
    addPullback: (gradient, tensors, gradState) => {
      gradient.fill(0)
      sound.addPullback(gradient, tensors, gradState)
    },
  })),
  'starts without biases': {
    ...states,
    initProjection: (key, spec) => states.initProjection(key, spec).map((value) => (value === 0.01 ? 0 : value)),
  },
}

const changedEncoder = (change: (sound: encoder.ContextEncoder) => Partial<encoder.ContextEncoder>): ContextEncoderSubject => ({
  contextEncoder: (spec, backend) => {
    const sound = encoder.contextEncoder(spec, backend)
    return { ...sound, ...change(sound) }
  },
})

/** What an encoder would do that knew its parameters by their length alone. */
const firstParameters = (): ContextEncoderSubject =>
  changedEncoder((sound) => {
    let first: encoder.ContextEncoderParameters | null = null
    return { embed: (parameters, input) => sound.embed((first ??= parameters), input) }
  })

export const contextEncoderMutants: Readonly<Record<string, ContextEncoderSubject>> = {
  'keeps the parameters that it saw first': firstParameters(),
  'stops the gradient at the maps': changedEncoder((sound) => ({
    loss: (parameters, batch, noise) => {
      const answer = sound.loss(parameters, batch, noise)
      const gradient = answer.gradient.slice()
      gradient.fill(0, 0, 30)
      return { ...answer, gradient }
    },
  })),
  'looks at parameters only': changedEncoder((sound) => ({ embed: (parameters, input) => sound.embed(parameters, { ...input, tensors: input.tensors.slice(0, 1) }) })),
  'forgets what comes with a state': changedEncoder((sound) => ({
    embed: (parameters, input) => sound.embed(parameters, { ...input, appended: input.appended.map(() => 0) }),
  })),
  'climbs its loss': changedEncoder((sound) => ({
    loss: (parameters, batch, noise) => {
      const answer = sound.loss(parameters, batch, noise)
      return { ...answer, gradient: answer.gradient.map((value) => -value) }
    },
  })),
}
