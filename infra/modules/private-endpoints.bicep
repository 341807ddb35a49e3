// Private endpoints of accounts and vault, and the zones that make the apps find them.
param prefix string
param location string
param tags object
param networkId string
param subnetId string
param vaultId string
param vaultName string

@description('Storage accounts: a short name for the endpoint, the id, and which services.')
param accounts { name: string, id: string, services: ('blob' | 'queue' | 'table')[] }[]

var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for z in items(zones): {
    name: z.value
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (z, i) in items(zones): {
    parent: zone[i]
    name: '${prefix}-network'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

var storageEndpoints = flatten(map(
  accounts,
  a => map(a.services, s => { name: '${a.name}-${s}', target: a.id, service: s })
))
var endpoints = concat(storageEndpoints, [{ name: vaultName, target: vaultId, service: 'vault' }])

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for e in endpoints: {
    name: '${prefix}-${e.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: e.name
          #disable-next-line use-resource-id-functions // an id out of the parameters, through a loop
          properties: { privateLinkServiceId: e.target, groupIds: [e.service] }
        }
      ]
    }
  }
]

resource group 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (e, i) in endpoints: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: e.service
          properties: {
            #disable-next-line use-resource-id-functions // the zone's id, by the name of the service
            privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zones[e.service])
          }
        }
      ]
    }
    dependsOn: [zone]
  }
]
