/** Whether a text can be a compose file. How the real server checks one is unknown; a missing `services:` is chosen. */
export function hasServices(dockerComposeFile: string): boolean {
  return /^services\s*:/m.test(dockerComposeFile);
}
