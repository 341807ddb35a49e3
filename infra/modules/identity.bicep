// Who an app is, before there is an app: the app that reads the logs is told of all of them.
param prefix string
param appName string
param location string
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${prefix}-${appName}'
  location: location
  tags: tags
}

// Reads and receives this app's package and nothing else.
resource deployIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${prefix}-${appName}-deploy'
  location: location
  tags: tags
}

output principalId string = identity.properties.principalId
output deployPrincipalId string = deployIdentity.properties.principalId
