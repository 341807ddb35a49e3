// The network that the apps call from: one subnet an app, so that accounts and vault can be closed to everybody else,
// and so that a call from anywhere else stands out in the resource logs.
import { networkRange } from 'names.bicep'

param name string
param location string
param tags object
param apps string[]

@description('Private endpoints get a subnet of their own.')
param privateEndpoints bool

var appSubnets = [
  for (app, i) in apps: {
    name: app
    properties: {
      addressPrefix: '10.64.${i}.0/26'
      // Flex Consumption wants this delegation.
      delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
      // Host accounts have no private endpoint: they are reached this way in any case.
      serviceEndpoints: privateEndpoints
        ? [{ service: 'Microsoft.Storage' }]
        : [{ service: 'Microsoft.Storage' }, { service: 'Microsoft.KeyVault' }]
    }
  }
]

var endpointSubnet = privateEndpoints
  ? [
      {
        name: 'private-endpoints'
        properties: { addressPrefix: '10.64.255.0/24', privateEndpointNetworkPolicies: 'Disabled' }
      }
    ]
  : []

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [networkRange] }
    subnets: concat(appSubnets, endpointSubnet)
  }
}

output id string = network.id
output endpointSubnetId string = privateEndpoints
  ? resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'private-endpoints')
  : ''
