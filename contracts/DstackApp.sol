// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// The app contract for local chains: selectors, events and errors of dstack's DstackApp of the generation with
/// version() = 2 and plain Ownable (dstack v0.5.9 to v0.5.11), without its proxy and upgrades.
contract DstackApp {
    struct AppBootInfo {
        address appId;
        bytes32 composeHash;
        address instanceId;
        bytes32 deviceId;
        bytes32 mrAggregated; bytes32 mrSystem; bytes32 osImageHash;
        string tcbStatus;
        string[] advisoryIds;
    }

    event ComposeHashAdded(bytes32 composeHash);
    event ComposeHashRemoved(bytes32 composeHash);
    event DeviceAdded(bytes32 deviceId);
    event DeviceRemoved(bytes32 deviceId);
    event AllowAnyDeviceSet(bool allowAny);
    event RequireTcbUpToDateSet(bool requireUpToDate);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    error OwnableUnauthorizedAccount(address account);
    error OwnableInvalidOwner(address owner);

    address public owner;
    bool public requireTcbUpToDate;
    bool public allowAnyDevice;
    mapping(bytes32 => bool) public allowedComposeHashes;
    mapping(bytes32 => bool) public allowedDeviceIds;

    modifier onlyOwner() {
        if (msg.sender != owner) revert OwnableUnauthorizedAccount(msg.sender);
        _;
    }

    /// A device id or compose hash of zero adds none.
    constructor(address initialOwner, bool tcbUpToDate, bool anyDevice, bytes32 deviceId, bytes32 composeHash) {
        setOwner(initialOwner);
        requireTcbUpToDate = tcbUpToDate;
        allowAnyDevice = anyDevice;
        if (deviceId != 0) allowDevice(deviceId, true);
        if (composeHash != 0) allowComposeHash(composeHash, true);
    }

    function transferOwnership(address newOwner) external virtual onlyOwner { setOwner(newOwner); }
    function addComposeHash(bytes32 composeHash) external onlyOwner { allowComposeHash(composeHash, true); }
    function removeComposeHash(bytes32 composeHash) external onlyOwner { allowComposeHash(composeHash, false); }
    function addDevice(bytes32 deviceId) external onlyOwner { allowDevice(deviceId, true); }
    function removeDevice(bytes32 deviceId) external onlyOwner { allowDevice(deviceId, false); }
    function setAllowAnyDevice(bool allowAny) external onlyOwner { emit AllowAnyDeviceSet(allowAnyDevice = allowAny); }
    function setRequireTcbUpToDate(bool upToDate) external onlyOwner {
        emit RequireTcbUpToDateSet(requireTcbUpToDate = upToDate);
    }

    function version() external pure returns (uint256) { return 2; }
    /// ERC-165 itself, IAppAuth, IAppAuthBasicManagement.
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x1e079198 || id == 0x8fd37527;
    }

    function isAppAllowed(AppBootInfo calldata boot) external view returns (bool isAllowed, string memory reason) {
        bool isUpToDate = keccak256(bytes(boot.tcbStatus)) == keccak256("UpToDate");
        if (requireTcbUpToDate && !isUpToDate) return (false, "TCB status is not up to date");
        if (!allowedComposeHashes[boot.composeHash]) return (false, "Compose hash not allowed");
        if (!allowAnyDevice && !allowedDeviceIds[boot.deviceId]) return (false, "Device not allowed");
        return (true, "");
    }

    function setOwner(address newOwner) internal {
        if (newOwner == address(0)) revert OwnableInvalidOwner(newOwner);
        emit OwnershipTransferred(owner, newOwner);
        owner = newOwner;
    }

    // Adding what is there already succeeds and emits again, as the original does.
    function allowComposeHash(bytes32 composeHash, bool allowed) private {
        allowedComposeHashes[composeHash] = allowed;
        if (allowed) emit ComposeHashAdded(composeHash); else emit ComposeHashRemoved(composeHash);
    }

    function allowDevice(bytes32 deviceId, bool allowed) private {
        allowedDeviceIds[deviceId] = allowed;
        if (allowed) emit DeviceAdded(deviceId); else emit DeviceRemoved(deviceId);
    }
}
