import { describe, expect, it } from 'vitest';
import { changeNamed } from './changeName.js';

const uuid = '01234567-89ab-cdef-0123-456789abcdef';
const digits = 'ab'.repeat(20);

describe('the name of a change', () => {
  it.each([
    ['the workflow id of a CVM’s change', `cvm-${uuid}`, `cvm-${uuid}`],
    ['a vm_uuid', uuid, `cvm-${uuid}`],
    ['a vm_uuid without dashes, in upper case', uuid.replaceAll('-', '').toUpperCase(), `cvm-${uuid}`],
    ['the workflow id of a new CVM', 'provision-my-app', 'provision-my-app'],
    ['that id with the name as it was asked for', 'provision-My-App', 'provision-my-app'],
    ['the workflow id of an app’s change', `app-${digits}`, `app-${digits}`],
    ['an app id', `0x${digits}`, `app-${digits}`],
    ['a checksummed address', `0x${digits.toUpperCase()}`, `app-${digits}`],
    ['an app id as the dashboard writes it', `app_${digits}`, `app-${digits}`],
    ['anything else', 'rollout-7', 'rollout-7'],
  ])('may be %s', (_case, name, id) => {
    expect(changeNamed(name)).toBe(id);
  });
});
