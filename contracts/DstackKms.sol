// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import "./DstackApp.sol";

/// The factory and register of apps for local chains: selectors, events and errors of dstack's DstackKms (v0.5.9 to
/// v0.5.11), as far as apps are concerned. Left out: proxies, upgrades, the KMS's own admission, OS images.
contract DstackKms {
    event AppRegistered(address appId);
    event AppImplementationSet(address implementation);
    event AppDeployedViaFactory(address indexed appId, address indexed deployer);

    mapping(address => bool) public registeredApps;

    /// A DstackApp, as in the original; but apps are contracts of their own here, not proxies of this one.
    address public immutable appImplementation;

    constructor() {
        appImplementation = address(new DstackApp(address(this), false, false, 0, 0));
        emit AppImplementationSet(appImplementation);
    }

    /// Anyone may register any address, as in the original.
    function registerApp(address appId) public {
        require(appId != address(0), "Invalid app ID");
        registeredApps[appId] = true;
        emit AppRegistered(appId);
    }

    /// The form up to v0.5.8, which Phala's SDK calls. There are no upgrades to disable here.
    function deployAndRegisterApp(
        address initialOwner, bool disableUpgrades, bool allowAnyDevice, bytes32 deviceId, bytes32 composeHash
    ) external returns (address appId) {
        return deployAndRegisterApp(initialOwner, disableUpgrades, false, allowAnyDevice, deviceId, composeHash);
    }

    /// A device id or compose hash of zero adds none.
    function deployAndRegisterApp(
        address initialOwner, bool /* disableUpgrades */, bool requireTcbUpToDate, bool allowAnyDevice,
        bytes32 deviceId, bytes32 composeHash
    ) public returns (address appId) {
        require(initialOwner != address(0), "Invalid owner address");
        appId = address(new DstackApp(initialOwner, requireTcbUpToDate, allowAnyDevice, deviceId, composeHash));
        registerApp(appId);
        emit AppDeployedViaFactory(appId, msg.sender);
    }

    function isAppAllowed(DstackApp.AppBootInfo calldata boot)
        external view returns (bool isAllowed, string memory reason)
    {
        if (!registeredApps[boot.appId]) return (false, "App not registered");
        if (boot.appId.code.length == 0) return (false, "App not deployed or invalid address");
        return DstackApp(boot.appId).isAppAllowed(boot);
    }
}
