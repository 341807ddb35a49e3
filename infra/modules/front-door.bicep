// One public address. Which duty serves a request is decided by infra/routes.json, first match wins; what matches
// nothing goes to access. Patterns of a Front Door route end in a wildcard only and know no method: hence rules.
param prefix string
param profileName string

@description('Where each duty that serves HTTP runs.')
param origins { duty: string, hostName: string }[]

type rule = { name: string, duty: string, methods: string[], path: string }

var rules rule[] = loadJsonContent('../routes.json')

resource profile 'Microsoft.Cdn/profiles@2025-06-01' existing = {
  name: profileName
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2025-06-01' = {
  parent: profile
  name: '${prefix}-${uniqueString(resourceGroup().id)}'
  location: 'global'
  properties: { enabledState: 'Enabled' }
}

resource group 'Microsoft.Cdn/profiles/originGroups@2025-06-01' = [
  for o in origins: {
    parent: profile
    name: o.duty
    properties: {
      // One origin a group: a probe would only keep it awake.
      loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3, additionalLatencyInMilliseconds: 50 }
      sessionAffinityState: 'Disabled'
    }
  }
]

resource origin 'Microsoft.Cdn/profiles/originGroups/origins@2025-06-01' = [
  for (o, i) in origins: {
    parent: group[i]
    name: o.duty
    properties: {
      hostName: o.hostName
      originHostHeader: o.hostName
      httpPort: 80
      httpsPort: 443
      priority: 1
      weight: 1000
      enabledState: 'Enabled'
      enforceCertificateNameCheck: true
    }
  }
]

resource ruleSet 'Microsoft.Cdn/profiles/ruleSets@2025-06-01' = {
  parent: profile
  name: 'duties'
}

@batchSize(1) // Front Door takes one change of a rule set at a time.
resource byDuty 'Microsoft.Cdn/profiles/ruleSets/rules@2025-06-01' = [
  for (r, i) in rules: {
    parent: ruleSet
    name: r.name
    properties: {
      order: i + 1
      matchProcessingBehavior: 'Stop'
      conditions: concat(
        [
          {
            name: 'UrlPath'
            parameters: {
              typeName: 'DeliveryRuleUrlPathMatchConditionParameters'
              operator: 'RegEx'
              negateCondition: false
              matchValues: [r.path]
              transforms: []
            }
          }
        ],
        empty(r.methods)
          ? []
          : [
              {
                name: 'RequestMethod'
                parameters: {
                  typeName: 'DeliveryRuleRequestMethodConditionParameters'
                  operator: 'Equal'
                  negateCondition: false
                  matchValues: r.methods
                  transforms: []
                }
              }
            ]
      )
      actions: [
        {
          name: 'RouteConfigurationOverride'
          parameters: {
            typeName: 'DeliveryRuleRouteConfigurationOverrideActionParameters'
            originGroupOverride: {
              originGroup: { id: resourceId('Microsoft.Cdn/profiles/originGroups', profileName, r.duty) }
              forwardingProtocol: 'HttpsOnly'
            }
          }
        }
      ]
    }
    dependsOn: [origin]
  }
]

resource route 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-06-01' = {
  parent: endpoint
  name: 'all'
  properties: {
    originGroup: { id: resourceId('Microsoft.Cdn/profiles/originGroups', profileName, 'access') }
    ruleSets: [{ id: ruleSet.id }]
    supportedProtocols: ['Https']
    httpsRedirect: 'Disabled'
    forwardingProtocol: 'HttpsOnly'
    patternsToMatch: ['/api/*', '/console/*']
    linkToDefaultDomain: 'Enabled'
    enabledState: 'Enabled'
    // No cacheConfiguration: nothing is ever cached.
  }
  dependsOn: [origin, byDuty]
}

output address string = 'https://${endpoint.properties.hostName}'
