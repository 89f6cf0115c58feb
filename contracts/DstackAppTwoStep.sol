// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import "./DstackApp.sol";

/// The generation since 2026-05-18, which is Ownable2Step: a new owner has none of its rights until it accepts them.
contract DstackAppTwoStep is DstackApp {
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);

    address public pendingOwner;

    constructor(address initialOwner, bool tcbUpToDate, bool anyDevice, bytes32 deviceId, bytes32 composeHash)
        DstackApp(initialOwner, tcbUpToDate, anyDevice, deviceId, composeHash) {}

    /// The zero address takes an offer back.
    function transferOwnership(address newOwner) external override onlyOwner {
        pendingOwner = newOwner;
        emit OwnershipTransferStarted(owner, newOwner);
    }

    function acceptOwnership() external {
        if (msg.sender != pendingOwner) revert OwnableUnauthorizedAccount(msg.sender);
        delete pendingOwner;
        setOwner(msg.sender);
    }
}
