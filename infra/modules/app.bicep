// One function app on Flex Consumption, with an identity, a host account and a plan of its own.
import { app as appShape, networkRange } from 'names.bicep'

param prefix string
param suffix string
param location string
param tags object
@description('Names of containers have three characters or more.')
param app appShape

@description('Redundancy of the host account: it holds the host\'s keys and leases, nothing of ours.')
param sku string
param subnetId string
@minLength(3)
param deployAccountName string
param logsAccountId string
param insightsName string

@description('RecordsGuard__… settings and the like, of which an app gets what its duties need.')
param settings object

@description('Whether this app posts alerts; the address goes to no other.')
param postsAlerts bool
@secure()
param alertWebhook string

@description('The identity of each duty, for the app that reads Azure\'s own logs.')
param identities {
  ingest: string
  access: string
  custody: string
  disposition: string
  keys: string
  audit: string
  alerts: string
}

@description('Identities that read the apps\' packages.')
param packages string[]

@description('Object ids of who deploys.')
param operators string[]

@description('Only what comes through this Front Door is served. Otherwise everybody may knock.')
param behindFrontDoor bool
param frontDoorId string

@description('Origins of browsers that may call. The app itself never sees a preflight.')
param corsOrigins string[]

// identity.bicep makes both.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: '${prefix}-${app.name}'
}

resource deployIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: '${prefix}-${app.name}-deploy'
}

module host 'storage.bicep' = {
  name: 'host-${app.name}'
  params: {
    name: '${prefix}h${app.name}${suffix}'
    location: location
    tags: tags
    sku: sku
    subnetIds: [subnetId]
    logsAccountId: logsAccountId
  }
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: '${prefix}h${app.name}${suffix}'
}

// Storage Blob Data Owner, which the Functions host asks for. Nothing of ours lies in this account.
resource hostOwner 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostAccount
  name: guid(hostAccount.id, identity.id, 'host')
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
    )
    description: '${app.name}: host'
  }
  dependsOn: [host]
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: '${prefix}-${app.name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// Where only some duties go. The others are not told.
var onlyFor = {
  RecordsGuard__Storage__Records: ['ingest', 'access', 'disposition']
  RecordsGuard__Storage__Slips: ['ingest', 'access', 'disposition', 'keys']
  RecordsGuard__Storage__Inbox: ['ingest']
  RecordsGuard__Storage__Rows: ['ingest', 'access', 'custody', 'disposition', 'keys', 'audit', 'alerts']
  RecordsGuard__Storage__Queues: ['ingest', 'access', 'custody', 'disposition', 'keys', 'audit', 'alerts']
  RecordsGuard__Storage__Tree: ['access', 'keys', 'audit', 'alerts']
  RecordsGuard__Log__Origin: ['audit']
  RecordsGuard__Storage__ResourceLogs: ['alerts']
  RecordsGuard__Vault__Uri: ['ingest', 'access', 'custody', 'disposition', 'keys', 'audit']
}
var mySettings = toObject(
  filter(items(settings), s => !contains(onlyFor, s.key) || !empty(intersection(onlyFor[s.key], app.duties))),
  s => s.key,
  s => s.value
)

// Whoever is not among these is nobody's app.
var logSettings = contains(app.duties, 'alerts')
  ? union(
      {
        RecordsGuard__Alerts__Identities__ingest: identities.ingest
        RecordsGuard__Alerts__Identities__access: identities.access
        RecordsGuard__Alerts__Identities__custody: identities.custody
        RecordsGuard__Alerts__Identities__disposition: identities.disposition
        RecordsGuard__Alerts__Identities__keys: identities.keys
        RecordsGuard__Alerts__Identities__audit: identities.audit
        RecordsGuard__Alerts__Identities__alerts: identities.alerts
        RecordsGuard__Alerts__Packages: join(packages, ',')
        RecordsGuard__Alerts__Networks__0: networkRange
      },
      toObject(range(0, length(operators)), i => 'RecordsGuard__Alerts__Operators__${i}', i => operators[i])
    )
  : {}

// No secret among them. FUNCTIONS_WORKER_RUNTIME must not be set: the runtime is named below.
var ownSettings = {
  AZURE_CLIENT_ID: identity.properties.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  AzureWebJobsStorage__accountName: host.outputs.name
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  RecordsGuardQueues__credential: 'managedidentity'
  RecordsGuardQueues__clientId: identity.properties.clientId
  RecordsGuard__Duties: join(app.duties, ',')
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '134217728'
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: '${prefix}-${app.name}-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': app.name })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {}, '${deployIdentity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: subnetId
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      runtime: { name: 'custom', version: '1.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${deployAccountName}.blob.${environment().suffixes.storage}/${app.name}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: deployIdentity.id
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: app.?maximumInstances ?? 40
        instanceMemoryMB: app.?memory ?? 2048
        alwaysReady: (app.?alwaysReady ?? 0) > 0 ? [{ name: 'http', instanceCount: app.?alwaysReady ?? 0 }] : []
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      cors: { allowedOrigins: corsOrigins, supportCredentials: false }
      ipSecurityRestrictionsDefaultAction: behindFrontDoor ? 'Deny' : 'Allow'
      ipSecurityRestrictions: behindFrontDoor
        ? [
            {
              name: 'front-door'
              action: 'Allow'
              priority: 100
              tag: 'ServiceTag'
              ipAddress: 'AzureFrontDoor.Backend'
              headers: { 'x-azure-fdid': [frontDoorId] }
            }
          ]
        : []
    }
  }
  dependsOn: [hostOwner, package]

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(
      mySettings,
      ownSettings,
      logSettings,
      postsAlerts ? { RecordsGuard__Alerts__Webhook: alertWebhook } : {}
    )
  }

  resource noFtpPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource noScmPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

resource deployAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: deployAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource packages 'containers' existing = {
      name: app.name
    }
  }
}

// Publishing goes through the site, which stores the package under this identity: so it reads and writes.
resource package 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: deployAccount::blobs::packages
  name: guid(deployAccount::blobs::packages.id, deployIdentity.id, 'package')
  properties: {
    principalId: deployIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
    )
    description: '${app.name}-deploy: package'
  }
}

output hostName string = site.properties.defaultHostName
