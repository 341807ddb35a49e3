// The profile comes before the apps: they admit only requests that carry its id.
param name string
param tags object
param sku string
param workspaceId string

resource profile 'Microsoft.Cdn/profiles@2025-06-01' = {
  name: name
  location: 'global'
  tags: tags
  sku: { name: sku }
  properties: {
    // The Functions front end gives up after 230 seconds.
    originResponseTimeoutSeconds: 240
    // A search has a name in its query: the logs of Front Door never see it.
    logScrubbing: {
      state: 'Enabled'
      scrubbingRules: [
        { matchVariable: 'QueryStringArgNames', selectorMatchOperator: 'EqualsAny', state: 'Enabled' }
        { matchVariable: 'RequestUri', selectorMatchOperator: 'EqualsAny', state: 'Enabled' }
      ]
    }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: profile
  name: 'recordsguard'
  properties: { workspaceId: workspaceId, logs: [{ category: 'FrontDoorAccessLog', enabled: true }] }
}

output frontDoorId string = profile.properties.frontDoorId
