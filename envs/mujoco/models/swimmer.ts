/**
 * Body of Swimmer: three rods in a viscous plane, joined by two driven hinges; thrust comes from drag alone.
 *
 * *Source:* Coulom 2002, "Reinforcement learning using neural networks, with applications to motor control"; the numbers of
 * Gymnasium's v5 environment.
 * *Deviations:* 1. limited engine memory. 2. no silent reset. 3. names, order of attributes and decoration are our own.
 */
export const swimmerMjcf = `
<mujoco model="swimmer">
  <compiler angle="degree"/>
  <size memory="512K"/>
  <option timestep="0.01" integrator="RK4" solver="Newton" gravity="0 0 -9.81" density="4000" viscosity="0.1">
    <flag autoreset="disable"/>
  </option>
  <default>
    <geom type="capsule" size="0.1" condim="1" contype="0" conaffinity="0"/>
    <joint type="hinge" axis="0 0 1" armature="0.1" limited="false"/>
    <motor ctrllimited="true" ctrlrange="-1 1" gear="150"/>
  </default>
  <worldbody>
    <geom name="floor" type="plane" pos="0 0 -0.1" size="40 40 0.1" condim="3"/>
    <body name="torso">
      <joint name="slider1" type="slide" axis="1 0 0"/>
      <joint name="slider2" type="slide" axis="0 1 0"/>
      <joint name="free_body_rot"/>
      <geom fromto="1.5 0 0 0.5 0 0"/>
      <body name="mid" pos="0.5 0 0">
        <joint name="motor1_rot" limited="true" range="-100 100"/>
        <geom fromto="0 0 0 -1 0 0"/>
        <body name="back" pos="-1 0 0">
          <joint name="motor2_rot" limited="true" range="-100 100"/>
          <geom fromto="0 0 0 -1 0 0"/>
        </body>
      </body>
    </body>
  </worldbody>
  <actuator>
    <motor joint="motor1_rot"/>
    <motor joint="motor2_rot"/>
  </actuator>
</mujoco>`
