// A practice of up to some thirty people: one app that does everything, no Front Door, no private endpoints. What that
// gives up: a stolen identity of this app opens every door (docs/threat-model.md, "One app, several duties").
using 'main.bicep'

param prefix = 'rg'
param environmentName = 'practice'
param location = 'westeurope'
param practices = ['practice']
param apps = [
  {
    name: 'practice'
    duties: ['ingest', 'access', 'custody', 'disposition', 'audit', 'alerts', 'keys']
  }
]
param frontDoor = false
param privateEndpoints = false
param hsmKeys = false
param redundancy = 'Standard_ZRS'
param audience = 'api://recordsguard'
param alertEmails = ['security@practice.example']
