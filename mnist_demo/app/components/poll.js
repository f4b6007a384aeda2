// Asks the server again and again for what is being worked on.

/** @param {import("./dom.js").Component<{ seconds: number }>} component */
export default function ({ data, setTriggerValue }) {
  const timer = setInterval(() => setTriggerValue("passed", true), 1000 * data.seconds)
  return () => clearInterval(timer)
}
