/**
 * Body of Walker2d: a planar two-legged walker. The legs are alike; the drives of the left one follow those of the right.
 *
 * *Source:* Erez, Tassa and Todorov 2012, "Infinite-horizon model predictive control for periodic tasks with contacts";
 * the numbers of Gymnasium's v5 environments.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. names, order of attributes and decoration are our own.
 */

const leg = (side: '' | '_left', footFriction: number): string => `
      <body name="thigh${side}" pos="0 0 -0.2">
        <joint name="thigh${side}_joint" range="-150 0"/>
        <geom name="thigh${side}_geom" pos="0 0 -0.225" size="0.05 0.225"/>
        <body name="leg${side}" pos="0 0 -0.7">
          <joint name="leg${side}_joint" pos="0 0 0.25" range="-150 0"/>
          <geom name="leg${side}_geom" size="0.04 0.25"/>
          <body name="foot${side}" pos="0.2 0 -0.35">
            <joint name="foot${side}_joint" pos="-0.2 0 0.1" range="-45 45"/>
            <geom name="foot${side}_geom" pos="-0.1 0 0.1" quat="0.70710678 0 -0.70710678 0" size="0.06 0.1" friction="${footFriction} 0.1 0.1"/>
          </body>
        </body>
      </body>`

/** The body with a sliding friction of the right foot. */
export const walker2dMjcf = (rightFootFriction: number): string => `
<mujoco model="walker-2d">
  <compiler angle="degree"/>
  <size memory="512K"/>
  <option timestep="0.002" integrator="RK4" solver="Newton" gravity="0 0 -9.81"><flag autoreset="disable"/></option>
  <default>
    <geom type="capsule" condim="3" friction="0.9 0.1 0.1" contype="1" conaffinity="0"/>
    <joint type="hinge" axis="0 -1 0" limited="true" armature="0.01" damping="0.1"/>
    <motor ctrllimited="true" ctrlrange="-1 1" gear="100"/>
    <default class="root"><joint limited="false" armature="0" damping="0"/></default>
  </default>
  <worldbody>
    <geom name="floor" type="plane" size="40 40 40" friction="0.7 0.1 0.1" conaffinity="1"/>
    <body name="torso" pos="0 0 1.25">
      <joint name="rootx" class="root" type="slide" axis="1 0 0" pos="0 0 -1.25"/>
      <joint name="rootz" class="root" type="slide" axis="0 0 1" pos="0 0 -1.25" ref="1.25"/>
      <joint name="rooty" class="root" axis="0 1 0"/>
      <geom name="torso_geom" size="0.05 0.2"/>${leg('', rightFootFriction)}${leg('_left', 1.9)}
    </body>
  </worldbody>
  <actuator>
    <motor joint="thigh_joint"/>
    <motor joint="leg_joint"/>
    <motor joint="foot_joint"/>
    <motor joint="thigh_left_joint"/>
    <motor joint="leg_left_joint"/>
    <motor joint="foot_left_joint"/>
  </actuator>
</mujoco>`
